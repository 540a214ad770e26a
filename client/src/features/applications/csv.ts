import type { Application } from "@/sync/lists";
import { OUTCOMES, STAGES } from "./messages";

const HEADER = [
  "Title",
  "Organization",
  "Location",
  "Stage",
  "Outcome",
  "Reached",
  "Round",
  "Applied",
  "How",
  "Last step",
  "Tracked",
  "Deadline",
  "Address",
  "Notes",
];
/** A program for tables would calculate these. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = typeof value === "string" && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const date = (time: string | null | undefined): string => time?.slice(0, 10) ?? "";

/** The applications as RFC 4180 has tables, with a mark by which programs know that it is UTF-8. */
export function csvOf(applications: readonly Application[]): string {
  const rows = applications.map((one) => [
    one.posting.title,
    one.posting.organization,
    one.posting.location,
    STAGES[one.stage],
    one.outcome && OUTCOMES[one.outcome],
    one.reachedStage && STAGES[one.reachedStage],
    one.round,
    date(one.appliedAt),
    one.channel,
    date(one.history.at(-1)?.at),
    date(one.createdAt),
    date(one.posting.deadlineAt),
    one.posting.url,
    [...one.history.map(({ note }) => note), ...one.reasons].filter(Boolean).join("\n"),
  ]);
  return `\uFEFF${[HEADER, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
