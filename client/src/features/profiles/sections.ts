import type { UpdateProfileInput } from "@/gql/graphql";
import type { Profile } from "@/sync/lists";

export interface Field {
  readonly name: string;
  readonly label: string;
  /** `lines` is a list of texts, one a line. Plain text without it. */
  readonly kind?: "long" | "lines" | "number" | "choice";
  readonly hint?: string;
  readonly options?: Readonly<Record<string, string>>;
  /** The API takes no entry without it. */
  readonly required?: true;
}

/** What the API has of an entry, under the names of its fields. */
export type Held = Readonly<Record<string, unknown>>;

/** A part of the profile that is edited and saved as one. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** What one entry is called. Without it the section is a single form. */
  readonly noun?: string;
  readonly fields: readonly Field[];
  /** Fields that name an entry, and what is written beside them. */
  readonly titles?: readonly string[];
  readonly beside?: readonly string[];
  readonly read: (profile: Profile) => readonly Held[];
  readonly write: (entries: readonly Held[]) => UpdateProfileInput;
}

type ListName =
  | "skills"
  | "work"
  | "education"
  | "projects"
  | "publications"
  | "certificates"
  | "volunteer"
  | "languages"
  | "researchInterests";

const list = (name: ListName, parts: Omit<Section, "name" | "read" | "write">): Section => ({
  ...parts,
  name,
  read: (profile) => profile[name],
  write: (entries) => ({ [name]: entries }),
});

const DATE_HINT = "A year, month or day: 2024, 2024-05 or 2024-05-31.";
const LINES_HINT = "One a line.";
const LINK: Field = { name: "url", label: "Link", hint: "Begins with https://" };
const PERIOD: readonly Field[] = [
  { name: "startDate", label: "From", hint: DATE_HINT },
  { name: "endDate", label: "Until", hint: "Empty while it goes on." },
];
const lines = (name: string, label: string): Field => ({ name, label, kind: "lines", hint: LINES_HINT });

const ABOUT: Section = {
  name: "about",
  title: "About you",
  fields: [
    { name: "name", label: "Name" },
    { name: "headline", label: "What you do, in a few words" },
    { name: "summary", label: "A little about you", kind: "long" },
    { name: "city", label: "Town" },
    { name: "region", label: "Region" },
    { name: "countryCode", label: "Country", hint: "Two letters, such as DE." },
  ],
  read: ({ name, headline, summary, location }) => [{ name, headline, summary, ...location }],
  write: ([entry = {}]) => {
    const { city, region, countryCode, ...texts } = entry;
    return { ...texts, location: { city, region, countryCode } } as UpdateProfileInput;
  },
};

const GOALS: Section = {
  name: "goals",
  title: "Goals",
  fields: [lines("careerGoals", "Where you want to go")],
  read: ({ careerGoals }) => [{ careerGoals }],
  write: ([entry = {}]) => entry,
};

const CONSTRAINTS: Section = {
  name: "constraints",
  title: "What the next step must meet",
  fields: [
    {
      name: "remote",
      label: "Remote work",
      kind: "choice",
      options: {
        ANY: "No preference",
        REMOTE_ONLY: "Remote only",
        REMOTE_PREFERRED: "Rather remote",
        ON_SITE_PREFERRED: "Rather on site",
      },
    },
    { name: "hoursPerWeek", label: "Hours a week you have", kind: "number" },
    lines("places", "Places where you would work"),
    {
      name: "workPermits",
      label: "Countries you may work in",
      kind: "lines",
      hint: "Two letters each, such as DE. One a line.",
    },
    { name: "salaryMinimum", label: "Lowest pay a year, before tax", kind: "number" },
    { name: "salaryCurrency", label: "Currency", hint: "Three letters, such as EUR." },
  ],
  read: ({ constraints }) => [constraints],
  write: ([entry = {}]) => ({ constraints: entry }),
};

export const SECTIONS: readonly Section[] = [
  ABOUT,
  GOALS,
  list("skills", {
    title: "Skills",
    noun: "skill",
    fields: [
      { name: "name", label: "Skill", required: true },
      { name: "level", label: "Level, in your words" },
      lines("keywords", "Tools, methods or topics"),
    ],
    beside: ["level", "keywords"],
  }),
  list("work", {
    title: "Work",
    noun: "position",
    fields: [
      { name: "position", label: "Position" },
      { name: "name", label: "Employer" },
      { name: "location", label: "Place" },
      ...PERIOD,
      { name: "summary", label: "What you do there", kind: "long" },
      lines("highlights", "What you achieved"),
      { name: "description", label: "What the employer does", kind: "long" },
      LINK,
    ],
    titles: ["position", "name"],
    beside: ["location"],
  }),
  list("education", {
    title: "Education",
    noun: "course of study",
    fields: [
      { name: "studyType", label: "Degree" },
      { name: "area", label: "Subject" },
      { name: "institution", label: "School or university" },
      ...PERIOD,
      { name: "score", label: "Final grade" },
      lines("courses", "Notable courses"),
      LINK,
    ],
    titles: ["studyType", "area", "institution"],
  }),
  list("projects", {
    title: "Projects",
    noun: "project",
    fields: [
      { name: "name", label: "Name" },
      { name: "description", label: "What it is", kind: "long" },
      { name: "entity", label: "For whom" },
      { name: "type", label: "Kind", hint: "Such as talk or application." },
      ...PERIOD,
      lines("highlights", "What you achieved"),
      lines("keywords", "Tools, methods or topics"),
      lines("roles", "Your roles"),
      LINK,
    ],
    beside: ["entity"],
  }),
  list("volunteer", {
    title: "Volunteering",
    noun: "volunteering",
    fields: [
      { name: "position", label: "Role" },
      { name: "organization", label: "Organization" },
      ...PERIOD,
      { name: "summary", label: "What you do there", kind: "long" },
      lines("highlights", "What you achieved"),
      LINK,
    ],
    titles: ["position", "organization"],
  }),
  list("publications", {
    title: "Publications",
    noun: "publication",
    fields: [
      { name: "name", label: "Title" },
      { name: "publisher", label: "Publisher or journal" },
      { name: "releaseDate", label: "Published", hint: DATE_HINT },
      { name: "summary", label: "In short", kind: "long" },
      LINK,
    ],
    beside: ["publisher", "releaseDate"],
  }),
  list("certificates", {
    title: "Certificates and licences",
    noun: "certificate",
    fields: [
      { name: "name", label: "Certificate or licence" },
      { name: "issuer", label: "Granted by" },
      { name: "date", label: "Granted" },
      LINK,
    ],
    beside: ["issuer", "date"],
  }),
  list("languages", {
    title: "Languages",
    noun: "language",
    fields: [
      { name: "language", label: "Language" },
      { name: "fluency", label: "How well" },
    ],
    titles: ["language"],
    beside: ["fluency"],
  }),
  list("researchInterests", {
    title: "Interests",
    noun: "interest",
    fields: [{ name: "name", label: "Field or question", required: true }, lines("keywords", "Topics")],
    beside: ["keywords"],
  }),
  CONSTRAINTS,
];
