import { useMemo, type JSX } from "react";
import { useFailure, useIsEmpty, useRows } from "@/sync/hooks";
import type { Learning } from "@/sync/lists";
import { Empty, Notice, Section, Skeleton } from "@/ui/parts";
import { LearningCard } from "./LearningCard";

const newestFirst = (a: Learning, b: Learning): number =>
  b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id);

/** Learnings of one action, of the general conversation (null), or all of them (undefined). */
export function useLearnings(careerAction?: string | null): readonly Learning[] {
  const rows = useRows("learnings");
  return useMemo(
    () =>
      rows
        .filter((one) => careerAction === undefined || one.careerAction === careerAction)
        .toSorted(newestFirst),
    [rows, careerAction],
  );
}

/** The learnings of a conversation: those to decide on first. */
export function LearningsReview(props: { careerAction: string | null }): JSX.Element {
  const learnings = useLearnings(props.careerAction);
  const empty = useIsEmpty("learnings");
  const failure = useFailure("learnings");
  const pending = learnings.filter((one) => one.status === "PENDING");
  const decided = learnings.filter((one) => one.status !== "PENDING");
  return (
    <Section title="What you learned" {...(pending.length > 0 ? { count: pending.length } : {})}>
      {failure && <Notice tone="danger">{failure}</Notice>}
      {empty ? (
        !failure && <Skeleton rows={1} />
      ) : learnings.length === 0 ? (
        <Empty title="Nothing yet">
          Talk a little, then see what belongs in your profile. You decide on each.
        </Empty>
      ) : (
        <ul className="grid gap-3">
          {[...pending, ...decided].map((learning) => (
            <LearningCard key={learning.id} learning={learning} />
          ))}
        </ul>
      )}
    </Section>
  );
}
