import type { ApplicationOutcome, ApplicationStage } from "@/gql/graphql";
import type { Application } from "@/sync/lists";
import { OUTCOMES, STAGES } from "./messages";

/** The columns of the board, in the order in which an application goes through them. */
export const ORDER: readonly ApplicationStage[] = [
  "INTERESTED",
  "APPLIED",
  "RESPONDED",
  "INTERVIEWING",
  "OFFERED",
  "CLOSED",
];

type MoveName = "markApplied" | "recordProgress" | "closeApplication" | "reopenApplication";

export interface Move {
  readonly operation: MoveName;
  readonly to: ApplicationStage;
  readonly words: string;
  readonly outcome?: ApplicationOutcome;
  readonly round?: number;
}

const OF_AN_OFFER: readonly ApplicationOutcome[] = ["ACCEPTED", "DECLINED"];

function closing({ stage }: Application): Move[] {
  return (Object.keys(OUTCOMES) as ApplicationOutcome[])
    .filter((outcome) => stage === "OFFERED" || !OF_AN_OFFER.includes(outcome))
    .map((outcome) => ({ operation: "closeApplication", to: "CLOSED", words: OUTCOMES[outcome], outcome }));
}

function progress({ stage, round }: Application): Move[] {
  const next = (round ?? 0) + 1;
  return ORDER.slice(ORDER.indexOf("RESPONDED"), ORDER.indexOf("CLOSED"))
    .filter((to) => ORDER.indexOf(to) > ORDER.indexOf(stage) || (to === "INTERVIEWING" && to === stage))
    .map((to) =>
      to === "INTERVIEWING"
        ? {
            operation: "recordProgress",
            to,
            round: next,
            words: next === 1 ? STAGES[to] : `${STAGES[to]}, round ${next}`,
          }
        : { operation: "recordProgress", to, words: STAGES[to] },
    );
}

/** What the API allows, as docs/api.md has it. */
export function movesOf(application: Application): readonly Move[] {
  switch (application.stage) {
    case "INTERESTED":
      return [{ operation: "markApplied", to: "APPLIED", words: STAGES.APPLIED }, ...closing(application)];
    case "CLOSED": {
      const to = application.reachedStage ?? "INTERESTED";
      return [{ operation: "reopenApplication", to, words: `Reopen: ${STAGES[to]}` }];
    }
    default:
      return [...progress(application), ...closing(application)];
  }
}

/** The move by which a card that is dropped on a column goes there; more than one has to be chosen from. */
export const movesTo = (application: Application, stage: ApplicationStage): readonly Move[] =>
  movesOf(application).filter(({ to }) => to === stage && to !== application.stage);
