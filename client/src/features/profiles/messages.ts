import type { SkillSource } from "@/gql/graphql";

const SECTIONS: Readonly<Record<string, string>> = {
  basics: "About you",
  researchInterests: "Interests",
  careerGoals: "Goals",
  volunteer: "Volunteering",
};

export const sectionName = (name: string): string =>
  SECTIONS[name] ?? name.charAt(0).toUpperCase() + name.slice(1);

export const SOURCES: Readonly<Record<SkillSource, string>> = {
  RESUME: "résumé",
  PERSON: "you",
  CONVERSATION: "conversation",
};

/** Dates stay the words of the résumé: no day or month is guessed. */
export const span = (from: string | null, until: string | null): string =>
  from === null && until === null ? "" : `${from ?? "?"} – ${until ?? "now"}`;
