import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { profile } from "@/testing/samples";
import { moved, placeOf, readEntries, written, type Entry } from "./entries";
import { SECTIONS, type Section } from "./sections";

const named = (name: string): Section => SECTIONS.find((one) => one.name === name)!;
const typed = (entry: Entry, words: Record<string, string>): Entry => ({
  ...entry,
  words: { ...entry.words, ...words },
});

const SDL = readFileSync("../graphql/schema.graphql", "utf8");
function inputFields(name: string): Record<string, string> {
  const body = new RegExp(`^input ${name} \\{\\n([\\s\\S]*?)^\\}`, "m").exec(SDL)?.[1] ?? "";
  return Object.fromEntries(
    [...body.matchAll(/^ {2}(\w+): ([^\s=]+)/gm)].map(([, field, type]) => [field!, type!]),
  );
}

test("the editor has every field that the API takes, and no other", () => {
  const taken = Object.entries(inputFields("UpdateProfileInput")).flatMap(([name, type]) => {
    const entry = inputFields(type.replace(/[[\]!]/g, ""));
    const fields = Object.keys(entry);
    return fields.length === 0 ? [name] : fields.map((field) => `${name}.${field}`);
  });
  const given = SECTIONS.flatMap((section) => {
    const blank = Object.fromEntries(section.fields.map(({ name }) => [name, "1"]));
    return Object.entries(section.write([blank])).flatMap(([name, value]) => {
      const entry: unknown = Array.isArray(value) ? value[0] : value;
      return typeof entry === "object" && entry !== null
        ? Object.keys(entry).map((field) => `${name}.${field}`)
        : [name];
    });
  });
  expect(taken.length).toBeGreaterThan(50);
  expect(given.toSorted()).toEqual(taken.toSorted());
});

test("what is required here is what the API requires", () => {
  for (const section of SECTIONS.filter(({ noun }) => noun !== undefined)) {
    const type = inputFields("UpdateProfileInput")[section.name]!.replace(/[[\]!]/g, "");
    const required = Object.entries(inputFields(type)).filter(([, kind]) => /^\w+!$/.test(kind));
    expect(section.fields.filter((field) => field.required).map(({ name }) => name)).toEqual(
      required.map(([name]) => name),
    );
  }
});

test.each(SECTIONS.map((section) => [section.name, section] as const))(
  "%s that nobody touched is sent as it was",
  (_name, section) => {
    const held = profile();
    const sent = written(section, readEntries(section, held)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(sent)) {
      const before = held[name as keyof typeof held];
      if (Array.isArray(value) && name === "skills")
        expect(value).toEqual([{ name: "Python", level: "Expert", keywords: ["asyncio"] }]);
      else expect(value).toEqual(before);
    }
  },
);

test("#6 dates stay the words that were typed: no day or month is guessed", () => {
  const [entry] = readEntries(named("work"), profile());
  for (const date of ["2024", "2024-01", "2024-01-31"]) {
    const { work } = written(named("work"), [typed(entry!, { startDate: date })]);
    expect(work?.[0]?.startDate).toBe(date);
  }
});

test("#5 an error of the API leads to the field that it is about", () => {
  const section = named("work");
  const [entry] = readEntries(section, profile());
  const blank = typed(entry!, Object.fromEntries(section.fields.map(({ name }) => [name, ""])));
  // The API never saw the blank one.
  const entries = [blank, entry!, entry!];
  expect(placeOf(section, entries, "input.work[1].startDate")).toEqual({ entry: 2, field: "startDate" });
  expect(placeOf(section, entries, "input.work[0].highlights[3]")).toEqual({ entry: 1, field: "highlights" });
  expect(placeOf(named("about"), [entry!], "input.location.countryCode")).toEqual({
    entry: 0,
    field: "countryCode",
  });
});

test("an entry moves past its neighbours, and not out of the list", () => {
  const entries = readEntries(named("languages"), profile());
  const names = (some: readonly Entry[]): unknown[] => some.map(({ held }) => held["language"]);
  expect(names(moved(entries, 0, 1))).toEqual(["English", "Portuguese", "French"]);
  expect(names(moved(entries, 2, 0))).toEqual(["French", "Portuguese", "English"]);
  expect(moved(entries, 0, -1)).toBe(entries);
  expect(moved(entries, 2, 3)).toBe(entries);
});
