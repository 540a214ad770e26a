import { Undo2, X } from "lucide-react";
import { memo, useState, type JSX, type KeyboardEvent } from "react";
import { ApplicationPostingDocument } from "@/gql/graphql";
import { problemWords } from "@/sync/ask";
import type { Application } from "@/sync/lists";
import { useAsked } from "@/sync/query";
import { Button } from "@/ui/Button";
import { OutLink } from "@/ui/OutLink";
import { Tag } from "@/ui/parts";
import { day, OUTCOMES, STAGES } from "./messages";
import { MoveMenu } from "./MoveMenu";
import { useMoves } from "./useMoves";

const words = (step: Application["history"][number]): string =>
  [
    step.outcome ? OUTCOMES[step.outcome] : STAGES[step.to],
    step.round && `round ${step.round}`,
    step.channel,
    step.note,
    ...step.reasons,
  ]
    .filter(Boolean)
    .join(" · ");

function PostingText({ id }: { id: string }): JSX.Element {
  const { data, error, isPending } = useAsked(["posting", id], (ask) =>
    ask(ApplicationPostingDocument, { id }),
  );
  if (error) return <p className="text-sm text-danger">{problemWords(error)}</p>;
  if (isPending) return <p className="text-sm text-muted">One moment…</p>;
  const text = data.node && "postingText" in data.node ? data.node.postingText : null;
  return <p className="words text-sm text-muted">{text || "Its text was not kept."}</p>;
}

/** Everything that is recorded, and what can be corrected. */
function Details({ application }: { application: Application }): JSX.Element {
  const { takeBack, remove } = useMoves();
  const [open, setOpen] = useState(false);
  const [reading, setReading] = useState(false);
  const { posting, history } = application;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-6 text-sm font-medium text-action">History</summary>
      {open && (
        <div className="mt-2 grid gap-3">
          <ol className="grid gap-1 text-sm">
            {history.map((step) => (
              <li key={step.recordedAt + step.to} className="words border-l-2 border-line pl-2">
                <span className="text-muted">{day(step.at)}</span> {words(step)}
              </li>
            ))}
          </ol>
          {reading ? (
            <PostingText id={application.id} />
          ) : (
            <div>
              <Button look="quiet" onClick={() => setReading(true)}>
                Read the posting as it was
              </Button>
            </div>
          )}
          {posting.url && <OutLink href={posting.url}>Open posting</OutLink>}
          <div className="flex flex-wrap gap-1.5">
            {history.length > 1 && (
              <Button look="quiet" onClick={() => takeBack(application)}>
                <Undo2 size={16} aria-hidden /> Take the last step back
              </Button>
            )}
            <Button look="quiet" aria-label={`Remove: ${posting.title}`} onClick={() => remove(application)}>
              <X size={16} aria-hidden /> Remove
            </Button>
          </div>
        </div>
      )}
    </details>
  );
}

export const ApplicationCard = memo(function ApplicationCard(props: {
  application: Application;
  pulse: boolean;
  menu: boolean;
  onMenu: (id: string | null) => void;
}): JSX.Element {
  const { application, menu, onMenu } = props;
  const { posting, stage } = application;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.key !== "m") return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem("foothold.keys") === "off") return;
    event.preventDefault();
    event.stopPropagation();
    onMenu(application.id);
  };
  return (
    <li className="[contain-intrinsic-size:auto_9rem] [content-visibility:auto]">
      <article
        id={application.id}
        data-item
        tabIndex={0}
        draggable
        aria-labelledby={`title-${application.id}`}
        onKeyDown={onKeyDown}
        onDragStart={(event) => event.dataTransfer.setData("text/foothold-application", application.id)}
        className={`grid gap-2 rounded-xl border border-line bg-card p-3 ${props.pulse ? "pulse-once" : ""}`}
      >
        <div>
          <h3 id={`title-${application.id}`} className="font-semibold [overflow-wrap:anywhere]">
            {posting.title}
          </h3>
          <p className="text-sm text-muted [overflow-wrap:anywhere]">
            {[posting.organization, posting.location].filter(Boolean).join(" · ")}
          </p>
        </div>
        <div className="flex flex-wrap gap-1.5">
          {application.outcome && <Tag>{OUTCOMES[application.outcome]}</Tag>}
          {stage === "INTERVIEWING" && application.round && (
            <Tag tone="action">Round {application.round}</Tag>
          )}
          {application.appliedAt && <Tag>Applied {day(application.appliedAt)}</Tag>}
          {stage === "INTERESTED" && posting.deadlineAt && (
            <Tag tone="learning">Until {day(posting.deadlineAt)}</Tag>
          )}
        </div>
        <MoveMenu
          application={application}
          open={menu}
          onOpen={(open) => onMenu(open ? application.id : null)}
        />
        <Details application={application} />
      </article>
    </li>
  );
});
