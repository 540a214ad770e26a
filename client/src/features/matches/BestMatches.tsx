import { useMemo, type JSX, type ReactNode } from "react";
import { useFailure, useIsEmpty, useRows } from "@/sync/hooks";
import type { Match } from "@/sync/lists";
import { Card, Empty, Notice, Section, Skeleton } from "@/ui/parts";
import { Tier } from "./Tier";

const BEST = 3;

const newestFirst = (a: Match, b: Match): number =>
  (b.opportunity?.postedAt ?? "").localeCompare(a.opportunity?.postedAt ?? "");

/** Group by group; of those that are tied the newer first. Group 0 is not known. */
export const bestFirst = (a: Match, b: Match): number =>
  a.rankGroup - b.rankGroup ||
  (a.rankGroup > 0 ? newestFirst(a, b) : 0) ||
  b.score - a.score ||
  a.id.localeCompare(b.id);

/** The best three, with a way to the others. */
export function BestMatches(props: { all?: ReactNode }): JSX.Element {
  const rows = useRows("matches");
  const empty = useIsEmpty("matches");
  const failure = useFailure("matches");
  const best = useMemo(() => rows.toSorted(bestFirst).slice(0, BEST), [rows]);
  return (
    <Section
      title="Best matches"
      {...(rows.length > 0 ? { count: rows.length } : {})}
      side={rows.length > 0 && props.all}
    >
      {failure && <Notice tone="danger">{failure}</Notice>}
      {empty ? (
        !failure && <Skeleton rows={2} />
      ) : best.length === 0 ? (
        <Empty title="No matches yet">The button above compares your profile with what is open.</Empty>
      ) : (
        <ul className="grid gap-3">
          {best.map((match) => (
            <li key={match.id}>
              <Card className="grid gap-1">
                <Tier tier={match.tier} score={match.score} />
                <h3 className="font-medium [overflow-wrap:anywhere]">
                  {match.opportunity?.title ?? "No longer available"}
                </h3>
                {match.opportunity && <p className="text-sm text-muted">{match.opportunity.organization}</p>}
              </Card>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
