import { fireEvent, screen, within } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, expect, test } from "vitest";
import type { MatchTier } from "@/gql/graphql";
import { match, profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { MatchesList } from "./MatchesList";

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
  at.wire.hold(match({ id: "low", score: 0.3, tier: "EXPLORATORY" }), match());
  await at.open(<Matches />);
  const scores = () => screen.getAllByRole("meter").map((one) => one.getAttribute("aria-label"));
  expect(scores()).toEqual(["Fit 83 of 100", "Fit 30 of 100"]);
  fireEvent.click(screen.getByText("Worth a look (1)"));
  expect(scores()).toEqual(["Fit 30 of 100"]);
  fireEvent.click(screen.getByText("Promising (0)"));
  expect(screen.getByText("None in this tier")).toBeDefined();
});

test("a match whose posting is gone says so", async () => {
  at.wire.hold(match({ opportunity: null }));
  await at.open(<Matches />);
  expect(screen.getByText("No longer available")).toBeDefined();
  expect(screen.queryByText("Open posting")).toBeNull();
});
