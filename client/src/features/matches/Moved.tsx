import type { JSX } from "react";
import type { Match } from "@/sync/lists";
import { TIERS } from "./Tier";

type Cause = Match["causes"][number];

const TOLD = 3;

const YOURS: Readonly<Record<string, string>> = {
  headline: "your headline",
  summary: "your summary",
  work: "your work",
  projects: "your projects",
  skills: "your skills",
  education: "your education",
  certificates: "your certificates",
  publications: "your publications",
  volunteer: "your volunteering",
  languages: "your languages",
  researchInterests: "your interests",
  careerGoals: "your goals",
  constraints: "your limits",
};

const ITS: Readonly<Record<string, string>> = {
  title: "its title",
  kind: "its kind",
  requiredSkills: "the skills it requires",
  desiredSkills: "the skills it wishes for",
  description: "its description",
  location: "its place",
  remote: "its remote work",
  salary: "its pay",
};

const OTHERS: Readonly<Record<Cause["causeKind"], string>> = {
  PROFILE_CHANGED: "your profile",
  POSTING_CHANGED: "the posting",
  DATE_PASSED: "more time in your job",
  RULES_CHANGED: "new rules of judging",
  REFERENCE_CHANGED: "newer facts about occupations",
  MODEL_CHANGED: "another judge",
  JUDGED_AGAIN: "judged anew",
};

const percent = (score: number): number => Math.round(score * 100);

function words({ causeKind, part }: Cause): string {
  const named = { PROFILE_CHANGED: YOURS, POSTING_CHANGED: ITS }[causeKind as string];
  return named?.[part ?? ""] ?? OTHERS[causeKind];
}

/** What moved a match since the refresh before, in one line; nothing where its number and tier are as they were. */
export function Moved({ match }: { match: Match }): JSX.Element | null {
  const { score, scoreBefore, tier, tierBefore } = match;
  // A row that this device keeps from an earlier release has neither.
  if (typeof scoreBefore !== "number" || !tierBefore) return null;
  if (percent(score) === percent(scoreBefore) && tier === tierBefore) return null;
  const told = match.causes.filter((cause) => percent(cause.change) !== 0).slice(0, TOLD);
  const causes = told.map((cause) => {
    const points = percent(cause.change);
    return `${words(cause)} ${points > 0 ? "+" : "−"}${Math.abs(points)}`;
  });
  const from = tier === tierBefore ? "" : `, ${TIERS[tierBefore]}`;
  const why = causes.length === 0 ? "" : `: ${causes.join(", ")}`;
  const estimated = told.some((cause) => cause.estimated) ? ", as far as can be told" : "";
  return (
    <p className="text-xs text-muted">
      {score > scoreBefore ? "Up" : "Down"} from {percent(scoreBefore)}
      {from}
      {why}
      {estimated}.
    </p>
  );
}
