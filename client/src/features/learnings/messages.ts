import type { LearningKind } from "@/gql/graphql";
import type { Learning } from "@/sync/lists";

export const KINDS: Readonly<Record<LearningKind, string>> = {
  SKILL: "Skill",
  WORK: "Work",
  PROJECT: "Project",
  EDUCATION: "Education",
  VOLUNTEER: "Volunteering",
  INTEREST: "Interest",
  GOAL: "Goal",
  CONSTRAINT: "What the next step must meet",
};

export type ProposalField = Exclude<keyof Learning["proposal"], "__typename">;

export const FIELD_OF: Readonly<Record<LearningKind, ProposalField>> = {
  SKILL: "skill",
  WORK: "work",
  PROJECT: "project",
  EDUCATION: "education",
  VOLUNTEER: "volunteer",
  INTEREST: "interest",
  GOAL: "goal",
  CONSTRAINT: "constraint",
};

const LABELS: Readonly<Record<string, string>> = {
  studyType: "Degree",
  startDate: "From",
  endDate: "Until",
  hoursPerWeek: "Hours a week",
  salaryMinimum: "Pay, at least",
  salaryCurrency: "Currency",
  workPermits: "May work in",
};

export const label = (field: string): string =>
  LABELS[field] ??
  field.charAt(0).toUpperCase() + field.slice(1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** What would be in the profile, field by field. */
export function contents(learning: Learning): readonly (readonly [string, string])[] {
  const value: unknown = learning.proposal[FIELD_OF[learning.kind]];
  if (typeof value === "string") return [["goal", value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([field, held]) => {
    const text = Array.isArray(held) ? held.join(", ") : held === null ? "" : String(held);
    return text === "" ? [] : [[field, text] as const];
  });
}
