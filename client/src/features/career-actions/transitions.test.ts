import { expect, test } from "vitest";
import type { CareerActionStatus } from "@/gql/graphql";
import { allowed, byKey, TRANSITIONS, type TransitionName } from "./transitions";

// The table of docs: what the API takes, and nothing else.
const ALLOWED: Readonly<Record<CareerActionStatus, readonly TransitionName[]>> = {
  SUGGESTED: ["startAction", "saveAction", "dismissAction"],
  SAVED: ["startAction", "unsaveAction", "dismissAction"],
  IN_PROGRESS: ["completeAction", "cancelAction"],
  DONE: [],
  DISMISSED: [],
};

test.each(Object.keys(ALLOWED) as CareerActionStatus[])(
  "from %s only what the API allows is offered",
  (status) => {
    expect(allowed(status).toSorted()).toEqual([...ALLOWED[status]].toSorted());
  },
);

test("each key means one thing in a status", () => {
  for (const [status, names] of Object.entries(ALLOWED) as [CareerActionStatus, TransitionName[]][]) {
    const found = names.map((name) => byKey(status, TRANSITIONS[name].key));
    expect(found).toEqual(names);
  }
});

test("what the API cannot take back waits for Undo, and nothing else does", () => {
  const waits = (Object.keys(TRANSITIONS) as TransitionName[]).filter((name) => TRANSITIONS[name].final);
  expect(waits.toSorted()).toEqual(["completeAction", "dismissAction"]);
});
