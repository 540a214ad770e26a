import { Link } from "@tanstack/react-router";
import { useMemo, type JSX, type ReactNode } from "react";
import type { MatchTier } from "@/gql/graphql";
import { useFailure, useForeign, useIsEmpty, useRows } from "@/sync/hooks";
import type { Match } from "@/sync/lists";
import { buttonClass } from "@/ui/Button";
import { OutLink } from "@/ui/OutLink";
import { Empty, Notice, Skeleton, Tag } from "@/ui/parts";
import { bestFirst } from "./BestMatches";
import { Moved } from "./Moved";
import { Tier, TIERS } from "./Tier";

const ORDER: readonly MatchTier[] = ["STRONG", "PROMISING", "EXPLORATORY"];
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

function List(props: { title: string; items: readonly string[] }): JSX.Element | null {
  if (props.items.length === 0) return null;
  return (
    <div className="grid content-start gap-1">
      <h3 className="text-sm font-medium">{props.title}</h3>
      <ul className="grid gap-1 text-sm text-muted">
        {props.items.map((item) => (
          <li key={item} className="words border-l-2 border-line pl-2">
            {item}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the order does not say: who is as good, and how sure the tier is. */
function Sureness({ match, tied }: { match: Match; tied: number }): JSX.Element | null {
  if (tied === 0 && match.tierFirm) return null;
  const as = tied === 1 ? "one other" : `${tied} others`;
  return (
    <p className="flex flex-wrap gap-2 text-xs text-muted">
      {tied > 0 && <span>About as good as {as}, newest first</span>}
      {!match.tierFirm && <span>On the edge of this tier</span>}
    </p>
  );
}

const CONSTRAINTS: Readonly<Record<string, string>> = {
  remote: "working remotely",
  places: "places",
  salaryMinimum: "pay",
};

/** The step that would lift the match, which was tried on the profile. */
function Step({ step }: { step: NonNullable<Match["counterfactual"]> }): JSX.Element {
  const names = step.names.join(" and ");
  const would = `Would be ${TIERS[step.tier]}`;
  const text = {
    SKILLS: `${would} if your profile showed ${names}.`,
    YEAR: `${would} with a year more of related work.`,
    CONSTRAINT: `${would} without your limit on ${CONSTRAINTS[names] ?? names}. That is your choice.`,
  }[step.stepKind];
  return <p className="words text-sm text-match">{text}</p>;
}

/** What can be done with the posting of a match. */
export type PostingActions = (posting: { readonly id: string; readonly title: string }) => ReactNode;

function MatchCard(props: {
  match: Match;
  pulse: boolean;
  tied: number;
  actions: PostingActions | undefined;
}): JSX.Element {
  const { match, pulse } = props;
  const posting = match.opportunity;
  return (
    <li>
      <article
        data-item
        tabIndex={0}
        aria-labelledby={`title-${match.id}`}
        className={`grid gap-3 rounded-xl border border-line bg-card p-4 ${pulse ? "pulse-once" : ""}`}
      >
        <div className="flex flex-wrap items-center justify-between gap-2">
          <Tier tier={match.tier} score={match.score} />
          {posting?.deadlineAt && <Tag>Until {DAY.format(new Date(posting.deadlineAt))}</Tag>}
        </div>
        <Sureness match={match} tied={props.tied} />
        <Moved match={match} />
        <div>
          <h2 id={`title-${match.id}`} className="font-semibold [overflow-wrap:anywhere]">
            {posting?.title ?? "No longer available"}
          </h2>
          {posting && (
            <p className="text-sm text-muted">
              {[posting.organization, posting.location].filter(Boolean).join(" · ")}
            </p>
          )}
        </div>
        <p className="words text-sm">{match.explanation}</p>
        {match.counterfactual && <Step step={match.counterfactual} />}
        <details className="group">
          <summary className="min-h-6 text-sm font-medium text-action">
            What speaks for it, what is missing
          </summary>
          <div className="mt-3 grid gap-4 sm:grid-cols-3">
            <List title="Strengths" items={match.strengths} />
            <List title="Gaps" items={match.gaps} />
            <List title="To grow" items={match.recommendations} />
          </div>
          <p className="mt-3 text-xs text-muted">Judged by {match.modelVersion}</p>
        </details>
        {posting && (
          <div className="flex flex-wrap gap-2">
            {props.actions?.(posting)}
            {posting.url && <OutLink href={posting.url}>Open posting</OutLink>}
          </div>
        )}
      </article>
    </li>
  );
}

/** All matches, the best first; `tier` shows those of one tier. */
export function MatchesList(props: {
  tier: MatchTier | undefined;
  onTier: (tier: MatchTier | undefined) => void;
  actions?: PostingActions;
}): JSX.Element {
  const rows = useRows("matches");
  const empty = useIsEmpty("matches");
  const failure = useFailure("matches");
  const foreign = useForeign("matches");
  const sorted = useMemo(() => rows.toSorted(bestFirst), [rows]);
  const tied = (match: Match): number =>
    match.rankGroup > 0 ? rows.filter((other) => other.rankGroup === match.rankGroup).length - 1 : 0;
  const count = (tier: MatchTier): number => rows.filter((match) => match.tier === tier).length;
  const shown = sorted.filter((match) => props.tier === undefined || match.tier === props.tier);
  if (empty) return failure ? <Notice tone="danger">{failure}</Notice> : <Skeleton />;
  return (
    <div className="grid gap-4">
      {failure && <Notice tone="danger">{failure}</Notice>}
      {rows.length > 0 && (
        <div data-steps role="group" aria-label="Tier" className="flex flex-wrap gap-2">
          {[undefined, ...ORDER].map((tier) => (
            <button
              key={tier ?? "all"}
              type="button"
              aria-pressed={props.tier === tier}
              onClick={() => props.onTier(tier)}
              className={`${buttonClass("plain")} aria-pressed:border-match aria-pressed:bg-match-soft aria-pressed:text-match`}
            >
              {tier === undefined ? `All (${rows.length})` : `${TIERS[tier]} (${count(tier)})`}
            </button>
          ))}
        </div>
      )}
      {shown.length === 0 ? (
        <Empty title={rows.length === 0 ? "No matches yet" : "None in this tier"}>
          {rows.length === 0 ? (
            <>
              A button on the{" "}
              <Link to="/" className="font-medium text-action underline">
                home page
              </Link>{" "}
              compares your profile with what is open.
            </>
          ) : (
            "Look at another one."
          )}
        </Empty>
      ) : (
        <ul className="grid max-w-3xl gap-3">
          {shown.map((match) => (
            <MatchCard
              key={match.id}
              match={match}
              pulse={foreign.has(match.id)}
              tied={tied(match)}
              actions={props.actions}
            />
          ))}
        </ul>
      )}
    </div>
  );
}
