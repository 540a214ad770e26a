import { fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AnswerActionPlanDocument, PlanActionDocument } from "@/gql/graphql";
import { action, profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { today } from "@/ui/days";
import { ActionPage } from "./ActionPage";
import { CareerActionsSection } from "./CareerActionsSection";
import { isDue } from "./PlanLines";

const PLAN = {
  __typename: "ActionPlan" as const,
  why: "I want to teach.",
  beginOn: "2026-01-05",
  plannedAt: "2026-01-01T00:00:00Z",
  cameOfIt: null,
  answeredAt: null,
};
const saved = { status: "SAVED" as const };
const page = <ActionPage id="action" completion={() => null} />;

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile());
  return () => at.close();
});
afterEach(() => vi.useRealTimers());

test("what somebody writes before they begin shows at once, as they wrote it", async () => {
  at.wire.hold(action(saved));
  at.wire.answer(PlanActionDocument, () => new Promise(() => undefined));
  await at.open(page);
  fireEvent.click(screen.getByText("Say why it matters, and when you begin"));
  const [why, when] = [
    screen.getByLabelText("Why does it matter to you?"),
    screen.getByLabelText("When will you begin?"),
  ];
  fireEvent.change(why, { target: { value: " <b>I want to teach.</b> " } });
  fireEvent.change(when, { target: { value: "2999-01-05" } });
  fireEvent.click(screen.getByText("Keep it"));
  await screen.findByText("“<b>I want to teach.</b>”");
  await vi.waitFor(() =>
    expect(at.wire.askedFor(PlanActionDocument)).toMatchObject([
      { id: "action", input: { why: "<b>I want to teach.</b>", beginOn: "2999-01-05" } },
    ]),
  );
});

test("whoever has begun is not asked when they begin", async () => {
  at.wire.hold(action({ status: "IN_PROGRESS" }));
  await at.open(page);
  fireEvent.click(screen.getByText("Say why it matters"));
  expect(screen.getByLabelText("Why does it matter to you?")).toBeDefined();
  expect(screen.queryByLabelText("When will you begin?")).toBeNull();
});

test("what the API refuses goes back, and says why", async () => {
  at.wire.hold(action(saved));
  const message = "Please call a help line.";
  at.wire.answer(PlanActionDocument, () => ({
    planAction: { __typename: "InvalidInputError", message, field: "input.why" },
  }));
  const sync = await at.open(page);
  fireEvent.click(screen.getByText("Say why it matters, and when you begin"));
  fireEvent.change(screen.getByLabelText("Why does it matter to you?"), { target: { value: "No." } });
  fireEvent.click(screen.getByText("Keep it"));
  await vi.waitFor(() => expect(sync.store.pending).toEqual([]));
  await screen.findByText("Say why it matters, and when you begin");
});

test("once the day has passed they are asked, and once they answered never again", async () => {
  at.wire.hold(action({ ...saved, plan: PLAN }));
  at.wire.answer(AnswerActionPlanDocument, () => new Promise(() => undefined));
  await at.open(<CareerActionsSection />);
  expect(screen.getByText("The day has passed: what came of it?")).toBeDefined();
  await at.open(page);
  const question = screen.getByLabelText("The day has passed. What came of it?");
  fireEvent.change(question, { target: { value: "A class of nine." } });
  fireEvent.click(screen.getByText("Keep it"));
  await screen.findByText("A class of nine.");
  expect(screen.queryByText("The day has passed. What came of it?")).toBeNull();
  await vi.waitFor(() =>
    expect(at.wire.askedFor(AnswerActionPlanDocument)).toMatchObject([{ cameOfIt: "A class of nine." }]),
  );
});

test("nobody is asked before the day has passed, twice, or about what shows no more", () => {
  vi.useFakeTimers({ now: new Date(2026, 0, 6, 0, 1) });
  expect(today()).toBe("2026-01-06");
  expect(isDue(action({ ...saved, plan: PLAN }))).toBe(true);
  expect(isDue(action({ ...saved, plan: { ...PLAN, beginOn: today() } }))).toBe(false);
  expect(isDue(action({ ...saved, plan: { ...PLAN, answeredAt: "2026-01-06T00:00:00Z" } }))).toBe(false);
  expect(isDue(action({ status: "DISMISSED", plan: PLAN }))).toBe(false);
  expect(isDue(action({ ...saved, plan: { ...PLAN, beginOn: null } }))).toBe(false);
});
