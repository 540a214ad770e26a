import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { RefreshMatchesDocument } from "@/gql/graphql";
import { profile, run } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { RefreshButton, RefreshStatus, useRefresh } from "./Refresh";

function Refresh() {
  const refresh = useRefresh();
  return (
    <>
      <RefreshButton refresh={refresh} />
      <RefreshStatus refresh={refresh} />
    </>
  );
}

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile());
  return () => at.close();
});
const stage = { status: "RUNNING" as const, done: 12, total: 50, result: 0, failure: null };

test("#8 a refresh counts while it works, and a second one does not begin", async () => {
  at.wire.answer(RefreshMatchesDocument, () => ({
    refreshMatches: { __typename: "RefreshMatchesPayload" },
  }));
  await at.open(<Refresh />);
  fireEvent.click(screen.getByText("Find my matches"));
  await vi.waitFor(() => expect(at.wire.askedFor(RefreshMatchesDocument)).toHaveLength(1));
  at.wire.emit([run({ matching: stage })]);
  await screen.findByText("12 of 50");
  expect(screen.getByRole("progressbar", { name: "Matches" }).getAttribute("value")).toBe("12");
  fireEvent.click(screen.getByText("Refreshing…"));
  at.wire.emit([run({ matching: { ...stage, done: 13 }, version: 2 })]);
  await screen.findByText("13 of 50");
  expect(at.wire.askedFor(RefreshMatchesDocument)).toHaveLength(1);
});

test("#8 #9 a stage that failed names itself and its reason, and what was there stays", async () => {
  const failure = { code: "MODEL_TIMEOUT" as never, message: "The model did not answer in time." };
  at.wire.hold(
    run({
      active: false,
      matching: { ...stage, status: "SUCCEEDED", result: 50 },
      generation: { ...stage, status: "FAILED", failure },
    }),
  );
  await at.open(<Refresh />);
  expect(screen.getByText("The model did not answer in time.")).toBeDefined();
  expect(screen.getByText("50 ready")).toBeDefined();
  expect(screen.getByText(/What you had is still here/)).toBeDefined();
});

test("offline it says why it cannot", async () => {
  await at.open(<Refresh />);
  at.wire.cut();
  await vi.waitFor(() => expect(screen.getByRole("button").title).toBe("Needs a connection."));
  expect(screen.getByRole("button").getAttribute("aria-disabled")).toBe("true");
});
