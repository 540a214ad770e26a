import type { UpdateProfileInput } from "@/gql/graphql";
import type { Profile } from "@/sync/lists";
import { span } from "./messages";
import type { Field, Held, Section } from "./sections";

/** An entry in the words of a form, beside what the API had of it. */
export interface Entry {
  readonly held: Held;
  readonly words: Readonly<Record<string, string>>;
}

/** What a person changed and the API does not have yet. Texts, so that they can be kept on the device. */
export interface Draft {
  readonly entries: readonly Entry[];
  /** The section as it was when the draft began: a section that is different now was changed elsewhere. */
  readonly base: string;
  /** The section as it was sent last: not a change of somebody else. */
  readonly sent: string | null;
}

const clean = (text: string): string => text.replace(/\r\n?/g, "\n").normalize("NFC").trim();

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.join("\n");
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

export const entryOf = (section: Section, held: Held): Entry => ({
  held,
  words: Object.fromEntries(section.fields.map(({ name }) => [name, wordsOf(held[name])])),
});

export const readEntries = (section: Section, profile: Profile): readonly Entry[] =>
  section.read(profile).map((held) => entryOf(section, held));

export const isBlank = (entry: Entry): boolean =>
  Object.values(entry.words).every((text) => clean(text) === "");

function valueOf({ name, kind, required }: Field, { held, words }: Entry): unknown {
  const text = words[name] ?? "";
  // What nobody touched stays as it is, also a text with a line break in a list of texts.
  if (held[name] !== undefined && text === wordsOf(held[name])) return held[name];
  if (kind === "lines") return text.split("\n").map(clean).filter(Boolean);
  const value = clean(text);
  if (value === "") return required ? "" : null;
  return kind === "number" ? Number(value) : value;
}

/** Entries that say something, and which of all they are. */
function filled(section: Section, entries: readonly Entry[]): readonly number[] {
  const all = entries.map((_, index) => index);
  return section.noun === undefined ? all : all.filter((index) => !isBlank(entries[index]!));
}

export function written(section: Section, entries: readonly Entry[]): UpdateProfileInput {
  return section.write(
    filled(section, entries).map((index) =>
      Object.fromEntries(section.fields.map((field) => [field.name, valueOf(field, entries[index]!)])),
    ),
  );
}

/** The section as one text: equal texts are equal sections. */
export const print = (section: Section, entries: readonly Entry[]): string =>
  JSON.stringify(written(section, entries));

export interface Place {
  readonly entry: number;
  readonly field: string;
}

/** The field that does not hold what it says, before the API is asked. */
export function unusable(section: Section, entries: readonly Entry[]): Place | null {
  for (const [entry, { words }] of entries.entries()) {
    const found = section.fields.find(
      ({ name, kind }) => kind === "number" && !/^\d{0,9}$/.test(clean(words[name] ?? "")),
    );
    if (found !== undefined) return { entry, field: found.name };
  }
  return null;
}

/** Where a path of the API leads to, such as `input.work[2].startDate`. */
export function placeOf(section: Section, entries: readonly Entry[], path: string): Place | null {
  const names = path.split(/[.[\]]+/);
  const field = section.fields.findLast(({ name }) => names.includes(name))?.name ?? section.fields[0]?.name;
  if (field === undefined) return null;
  if (section.noun === undefined) return { entry: 0, field };
  const entry = filled(section, entries)[Number(names[2])];
  return entry === undefined ? null : { entry, field };
}

const some = (words: Entry["words"], names: readonly string[] = []): string[] =>
  names.map((name) => (words[name] ?? "").split("\n").filter(Boolean).join(", ")).filter(Boolean);

export const titleOf = (section: Section, { words }: Entry): string =>
  some(words, section.titles ?? ["name"]).join(", ");

/** Place, time and the like. */
export function besideOf(section: Section, { words }: Entry): string {
  const when = span(words["startDate"] || null, words["endDate"] || null);
  return [...some(words, section.beside), when].filter(Boolean).join(" · ");
}

/** What the entries say, a line each field, to be compared by people. */
export const told = (section: Section, entries: readonly Entry[]): readonly string[] =>
  filled(section, entries).flatMap((index) => {
    const { words } = entries[index]!;
    const title = section.noun === undefined ? "" : `${titleOf(section, entries[index]!) || section.noun}: `;
    return section.fields.flatMap(({ name, label, options }) => {
      const text = clean(words[name] ?? "");
      return text === "" ? [] : [`${title}${label}: ${options?.[text] ?? text.split("\n").join(", ")}`];
    });
  });

export const moved = (entries: readonly Entry[], from: number, to: number): readonly Entry[] => {
  const entry = entries[from];
  return entry === undefined || to < 0 || to >= entries.length
    ? entries
    : entries.toSpliced(from, 1).toSpliced(to, 0, entry);
};
