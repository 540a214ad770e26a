import { Scale } from "lucide-react";
import { useState, type JSX } from "react";
import { MatchAuditDocument, type MatchAuditQuery } from "@/gql/graphql";
import { problemWords, useAsk } from "@/sync/ask";
import { useIsLive, usePerson, useRows } from "@/sync/hooks";
import { Button } from "@/ui/Button";
import { Section } from "@/ui/parts";

type Swap = MatchAuditQuery["matchAudit"]["swaps"][number];

const KINDS: readonly (readonly [Swap["kind"], (times: number) => string])[] = [
  ["NAME", (times) => `With ${times} other names, of several origins`],
  ["SCHOOL", (times) => `With ${times} other schools`],
  ["GENDER", () => "With titles and pronouns in the other gender"],
  ["RESIDENCE", (times) => `Living in ${times} other places, for postings that are fully remote`],
];

function outcome(swaps: readonly Swap[]): string {
  const compared = Math.max(...swaps.map((swap) => swap.compared));
  if (compared === 0) return "there is no match to compare.";
  const moved = Math.max(...swaps.map((swap) => swap.tierChanges));
  const stayed = Math.round(100 * Math.min(...swaps.map((swap) => swap.overlap)));
  if (moved === 0 && stayed === 100) return "nothing moves.";
  const words = [...new Set(swaps.map((swap) => swap.word).filter(Boolean))];
  const because =
    words.length === 0 ? "" : ` It hangs on the word ${words.map((word) => `“${word}”`).join(", ")}.`;
  return `up to ${moved} of ${compared} change their tier, and ${stayed} % of the first ten stay there.${because}`;
}

/** The audit of one's own matches, made when it is asked for and kept nowhere. Without a match there is none. */
export function Fairness(): JSX.Element | null {
  const none = useRows("matches").length === 0;
  const ask = useAsk();
  const live = useIsLive();
  const profileId = usePerson()?.profileId;
  const [swaps, show] = useState<readonly Swap[] | null>(null);
  const [state, setState] = useState<string | null>(null);
  const run = async (id: string): Promise<void> => {
    setState("Judging again…");
    show(null);
    try {
      show((await ask(MatchAuditDocument, { profileId: id })).matchAudit.swaps);
      setState("Judged again. This is what moved:");
    } catch (error) {
      setState(problemWords(error));
    }
  };
  const busy = state === "Judging again…";
  if (none) return null;
  return (
    <Section title="Is this fair to me?">
      <p className="max-w-prose text-sm text-muted">
        Your name, schools, gender and home must not count. Here your matches are judged again by the built-in
        rules, with each of them exchanged. Nothing of it is kept.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={!live || busy || !profileId} onClick={() => profileId && void run(profileId)}>
          <Scale size={16} aria-hidden /> Check my matches
        </Button>
        <span role="status" className="text-sm text-muted">
          {state}
        </span>
      </div>
      {swaps && (
        <ul className="grid max-w-prose gap-2 text-sm">
          {KINDS.map(([kind, told]) => {
            const of = swaps.filter((swap) => swap.kind === kind);
            return (
              of.length > 0 && (
                <li key={kind} className="words border-l-2 border-line pl-2">
                  {told(of.length)}: {outcome(of)}
                </li>
              )
            );
          })}
        </ul>
      )}
    </Section>
  );
}
