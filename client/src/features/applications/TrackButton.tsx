import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState, type JSX } from "react";
import { usePending, useRows, useSync } from "@/sync/hooks";
import { Button, buttonClass } from "@/ui/Button";

/** Begins an application to an opportunity; once it is tracked, the way to it. */
export function TrackButton(props: { opportunityId: string; title: string }): JSX.Element {
  const { outbox } = useSync();
  const [asked, setAsked] = useState(false);
  const rows = useRows("applications");
  const pending = usePending();
  const tracked =
    rows.some(({ opportunityId }) => opportunityId === props.opportunityId) ||
    pending.some((one) => one.operation === "trackOpportunity" && one.rowId === props.opportunityId);
  if (tracked || asked) {
    return (
      <Link
        to="/applications"
        aria-label={`In your applications: ${props.title}`}
        className={buttonClass("quiet")}
      >
        In your applications
      </Link>
    );
  }
  return (
    <Button
      aria-label={`Track: ${props.title}`}
      onClick={() => {
        setAsked(true);
        outbox.add({
          list: "applications",
          rowId: props.opportunityId,
          operation: "trackOpportunity",
          variables: {},
          patch: {},
        });
      }}
    >
      <Plus size={16} aria-hidden /> Track
    </Button>
  );
}
