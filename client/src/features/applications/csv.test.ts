import { expect, test } from "vitest";
import { application, step } from "@/testing/samples";
import { csvOf } from "./csv";

const lines = (text: string): string[] => text.slice(1).split("\r\n");

test("a table has a header, a mark of its encoding, and a line for each application", () => {
  const text = csvOf([application({ stage: "APPLIED", appliedAt: "2026-02-03T12:00:00Z" })]);
  expect(text.codePointAt(0)).toBe(0xfeff);
  const [header, row, end] = lines(text);
  expect(header).toMatch(/^Title,Organization,Location,Stage,/);
  expect(row).toBe(
    "Tool builder,Mill,Lisbon,Applied,,,,2026-02-03,,2026-01-02,2026-01-02,,https://example.org/1,",
  );
  expect(end).toBe("");
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])("%j is a text and no formula", (title) => {
  const text = csvOf([application({ posting: { ...application().posting, title } })]);
  expect(text.slice(text.indexOf("\r\n") + 2)).toMatch(/^"?'/);
});

test("quotes, commas and line breaks are quoted", () => {
  const note = 'They said "later",\nand smiled';
  const row = csvOf([application({ history: [step("RESPONDED", { note })], reasons: ["Pay"] })]);
  expect(row).toContain('"They said ""later"",\nand smiled\nPay"');
});
