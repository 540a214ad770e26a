import { fireEvent, screen, within } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, expect, test } from "vitest";
import type { MatchTier } from "@/gql/graphql";
import { match, profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { MatchesList } from "./MatchesList";
import type { Match } from "@/sync/lists";

type Cause = Match["causes"][number];

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile());
  return () => at.close();
});

function Matches() {
  const [tier, setTier] = useState<MatchTier | undefined>();
  return <MatchesList tier={tier} onTier={setTier} />;
}

test("#10 a match says what is missing and what to do about it", async () => {
  at.wire.hold(match());
  await at.open(<Matches />);
  const { getByText } = within(screen.getByRole("article", { name: "Tool builder" }));
  expect(getByText("No Rust yet")).toBeDefined();
  expect(getByText("Write a small tool in Rust")).toBeDefined();
  expect(getByText("Your years of Python fit.")).toBeDefined();
});

test("the best come first, and tiers narrow them down", async () => {
  at.wire.hold(match({ id: "low", score: 0.3, rankGroup: 2, tier: "EXPLORATORY" }), match());
  await at.open(<Matches />);
  const scores = () => screen.getAllByRole("meter").map((one) => one.getAttribute("aria-label"));
  expect(scores()).toEqual(["Fit 83 of 100", "Fit 30 of 100"]);
  fireEvent.click(screen.getByText("Worth a look (1)"));
  expect(scores()).toEqual(["Fit 30 of 100"]);
  fireEvent.click(screen.getByText("Promising (0)"));
  expect(screen.getByText("None in this tier")).toBeDefined();
});

test("those that are tied come newest first and say so, and a tier that is not firm says so", async () => {
  const posting = {
    id: "opportunity",
    title: "Tool builder",
    organization: "Mill",
    kind: "JOB",
    location: "Lisbon",
    remote: "FULL",
    url: null,
    deadlineAt: null,
  } as const;
  at.wire.hold(
    match({ id: "old", score: 0.83 }),
    match({ id: "new", score: 0.81, opportunity: { ...posting, postedAt: "2026-02-01T00:00:00Z" } }),
    match({ id: "apart", score: 0.66, rankGroup: 2, tierFirm: false }),
  );
  await at.open(<Matches />);
  const scores = () => screen.getAllByRole("meter").map((one) => one.getAttribute("aria-label"));
  expect(scores()).toEqual(["Fit 81 of 100", "Fit 83 of 100", "Fit 66 of 100"]);
  expect(screen.getAllByText("About as good as one other, newest first")).toHaveLength(2);
  expect(screen.getAllByText("On the edge of this tier")).toHaveLength(1);
});

test("the step that would lift a match is told in words", async () => {
  const step = (stepKind: "SKILLS" | "CONSTRAINT" | "YEAR", names: string[]) => ({
    counterfactual: { tier: "STRONG" as const, stepKind, names },
  });
  at.wire.hold(
    match({ id: "one", ...step("SKILLS", ["Rust", "Go"]) }),
    match({ id: "two", ...step("CONSTRAINT", ["places"]) }),
    match({ id: "three", ...step("YEAR", []) }),
  );
  await at.open(<Matches />);
  expect(screen.getByText("Would be Strong if your profile showed Rust and Go.")).toBeDefined();
  expect(
    screen.getByText("Would be Strong without your limit on places. That is your choice."),
  ).toBeDefined();
  expect(screen.getByText("Would be Strong with a year more of related work.")).toBeDefined();
});

test("what moved a match since the refresh before is told in one line", async () => {
  const cause = (causeKind: Cause["causeKind"], part: string | null, change: number, estimated = false) => ({
    causeKind,
    part,
    change,
    estimated,
  });
  at.wire.hold(
    match({
      id: "up",
      scoreBefore: 0.62,
      tierBefore: "PROMISING",
      causes: [
        cause("PROFILE_CHANGED", "skills", 0.24),
        cause("POSTING_CHANGED", "salary", -0.03),
        cause("DATE_PASSED", null, 0.001),
      ],
    }),
    match({
      id: "down",
      scoreBefore: 0.9,
      tierBefore: "STRONG",
      causes: [cause("JUDGED_AGAIN", null, -0.07, true)],
    }),
    match({
      id: "as before",
      scoreBefore: 0.83,
      tierBefore: "STRONG",
      causes: [cause("PROFILE_CHANGED", "work", 0.001)],
    }),
  );
  await at.open(<Matches />);
  expect(screen.getAllByText(/^(Up|Down) from/).map((one) => one.textContent)).toEqual([
    "Down from 90: judged anew −7, as far as can be told.",
    "Up from 62, Promising: your skills +24, its pay −3.",
  ]);
});

test("a match whose posting is gone says so", async () => {
  at.wire.hold(match({ opportunity: null }));
  await at.open(<Matches />);
  expect(screen.getByText("No longer available")).toBeDefined();
  expect(screen.queryByText("Open posting")).toBeNull();
});
