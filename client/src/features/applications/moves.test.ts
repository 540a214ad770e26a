import { expect, test } from "vitest";
import { application } from "@/testing/samples";
import { movesOf, movesTo, ORDER } from "./moves";

const OUTCOMES = ["REJECTED", "WITHDRAWN", "NO_RESPONSE", "POSTING_GONE"];
const TABLE = {
  INTERESTED: ["APPLIED", ...OUTCOMES],
  APPLIED: ["RESPONDED", "INTERVIEWING", "OFFERED", ...OUTCOMES],
  RESPONDED: ["INTERVIEWING", "OFFERED", ...OUTCOMES],
  INTERVIEWING: ["INTERVIEWING", "OFFERED", ...OUTCOMES],
  OFFERED: ["ACCEPTED", "DECLINED", ...OUTCOMES],
  CLOSED: ["OFFERED"],
};

test.each(ORDER)("from %s only what the API allows", (stage) => {
  const moves = movesOf(application({ stage, reachedStage: "OFFERED" }));
  expect(moves.map(({ to, outcome }) => outcome ?? to)).toEqual(TABLE[stage]);
});

test("a round follows the one before", () => {
  const [next] = movesOf(application({ stage: "INTERVIEWING", round: 2 }));
  expect(next).toMatchObject({ round: 3, words: "Interviews, round 3" });
});

test("where a card can be dropped follows from the same table", () => {
  expect(movesTo(application(), "APPLIED")).toHaveLength(1);
  expect(movesTo(application(), "OFFERED")).toEqual([]);
  expect(movesTo(application(), "CLOSED")).toHaveLength(4);
});
