import { Link } from "@tanstack/react-router";
import type { JSX, ReactNode } from "react";
import { useFailure, useIsEmpty, useRow } from "@/sync/hooks";
import type { CareerAction } from "@/sync/lists";
import { Empty, Notice, PageTitle, Skeleton, Tag } from "@/ui/parts";
import { TransitionButtons, TypeTag } from "./ActionCard";
import { day, fromWhom, STATUSES } from "./messages";
import { PlanPanel } from "./Plan";

function Dates({ action }: { action: CareerAction }): JSX.Element {
  const dates = [
    ["Suggested", action.createdAt],
    ["Saved", action.savedAt],
    ["Started", action.startedAt],
    ["Done", action.completedAt],
    ["Dismissed", action.dismissedAt],
  ] as const;
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {dates.map(([name, time]) =>
        time === null ? null : (
          <div key={name} className="flex gap-1.5">
            <dt className="text-muted">{name}</dt>
            <dd>{day(time)}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** Why this action, for this person; and after it is done, what came of it. */
export function ActionPage(props: {
  id: string;
  /** For a done action: the conversation, and what was learned. */
  completion: (action: CareerAction) => ReactNode;
}): JSX.Element {
  const action = useRow("careerActions", props.id);
  const empty = useIsEmpty("careerActions");
  const failure = useFailure("careerActions");
  if (failure) return <Notice tone="danger">{failure}</Notice>;
  if (action === undefined) {
    return empty ? (
      <Skeleton />
    ) : (
      <>
        <PageTitle>Not here any more</PageTitle>
        <Empty title="This action is gone">
          A refresh replaces what was only suggested.{" "}
          <Link to="/" className="font-medium text-action underline">
            Back to your actions
          </Link>
        </Empty>
      </>
    );
  }
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <TypeTag type={action.type} />
        <Tag>{STATUSES[action.status]}</Tag>
      </div>
      <PageTitle>{action.title}</PageTitle>
      <div className="grid max-w-3xl grid-cols-1 gap-6">
        <p className="words">{action.description}</p>
        {action.status !== "DONE" && action.status !== "DISMISSED" && (
          <div className="-ml-1 flex flex-wrap gap-2">
            <TransitionButtons action={action} />
          </div>
        )}
        <PlanPanel action={action} />
        {action.status === "DONE" && props.completion(action)}
        <section className="grid gap-2">
          <h2 className="font-semibold">Why this, for you</h2>
          <p className="words text-muted">{action.rationale}</p>
          {action.profileBasis.length > 0 && (
            <>
              <h3 className="mt-2 text-sm font-medium">From your profile</h3>
              <ul className="flex flex-wrap gap-2">
                {action.profileBasis.map((basis) => (
                  <li key={basis}>
                    <Tag>{basis}</Tag>
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
        <div className="grid gap-1 border-t border-line pt-4">
          <Dates action={action} />
          <p className="text-xs text-muted">{fromWhom(action.modelVersion)}</p>
        </div>
      </div>
    </>
  );
}
