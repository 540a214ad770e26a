import { getRouteApi } from "@tanstack/react-router";
import type { JSX } from "react";
import { ActionPage } from "@/features/career-actions/ActionPage";
import { LearningsReview, useLearnings } from "@/features/learnings/LearningsReview";
import { ConversationPanel } from "@/features/messages/ConversationPanel";
import { RefreshButton, RefreshStatus, useRefresh } from "@/features/refresh-runs/Refresh";
import { useConfirmed, useSync } from "@/sync/hooks";
import { Notice, Section } from "@/ui/parts";

const route = getRouteApi("/actions/$id");

/** Once something new is in the profile, other matches may fit. */
function RefreshNow(props: { actionId: string }): JSX.Element | null {
  const refresh = useRefresh();
  const accepted = useLearnings(props.actionId).some((learning) => learning.status === "ACCEPTED");
  if (!accepted) return null;
  return (
    <div className="grid grid-cols-1 gap-3">
      <Notice tone="match" side={<RefreshButton refresh={refresh} />}>
        Your profile has grown. Look for what fits it now?
      </Notice>
      <RefreshStatus refresh={refresh} />
    </div>
  );
}

function CompletionFlow(props: { id: string }): JSX.Element {
  const { outbox } = useSync();
  const done = useConfirmed("careerActions", props.id)?.status === "DONE";
  return (
    <div className="grid grid-cols-1 gap-6">
      <Section title="Look back on it">
        <ConversationPanel
          scope={{ actionId: props.id }}
          label="What did you do, and what came of it?"
          opening={
            <p className="text-sm text-muted">
              Well done. Tell the coach in a few sentences what you did, what you learned, and whom you met.
              It asks back once or twice; then you decide what goes into your profile.
            </p>
          }
          reason={done ? null : "One moment: this is being saved."}
          onTouched={() => outbox.release()}
        />
      </Section>
      <LearningsReview careerAction={props.id} />
      <RefreshNow actionId={props.id} />
    </div>
  );
}

export default function Action(): JSX.Element {
  const { id } = route.useParams();
  return <ActionPage key={id} id={id} completion={() => <CompletionFlow id={id} />} />;
}
