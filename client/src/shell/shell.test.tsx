import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { DismissActionDocument } from "@/gql/graphql";
import { action, profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { Shell } from "./Shell";

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile(), action());
  return () => at.close();
});

const shell = (
  <Shell heldWords={({ operation }) => operation}>
    <h1>Page</h1>
  </Shell>
);
const dismissal = {
  list: "careerActions",
  rowId: "action",
  operation: "dismissAction",
  variables: { title: "Build a small tool" },
  patch: { status: "DISMISSED" },
  hold: 6_000,
};

test("#4 z takes back what was not sent yet", async () => {
  const sync = await at.open(shell);
  act(() => void sync.outbox.add(dismissal));
  await screen.findByText("dismissAction");
  fireEvent.keyDown(document.body, { key: "z" });
  await vi.waitFor(() => expect(screen.queryByText("dismissAction")).toBeNull());
  expect(sync.store.pending).toEqual([]);
  expect(at.wire.asked).toEqual([]);
});

test("a refusal is said in words", async () => {
  at.wire.answer(DismissActionDocument, () => ({
    dismissAction: { __typename: "NotFoundError", message: "It is gone." },
  }));
  const sync = await at.open(shell);
  act(() => void sync.outbox.add({ ...dismissal, hold: 0 }));
  await screen.findByText("It is gone.");
});

test("#2 a session that ends is said over the page, which stays", async () => {
  await at.open(shell);
  act(() => at.wire.cut(4403));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("is kept on this device");
  expect(screen.getByRole("heading", { name: "Page" })).toBeDefined();
  fireEvent.click(screen.getByText("Sign in again"));
  await vi.waitFor(() => expect(at.session.getSnapshot()).toBeNull());
});

test("a gap is said after a second, with what to do", async () => {
  await at.open(shell);
  act(() => at.wire.cut());
  expect(screen.queryByText("Try now")).toBeNull();
  await screen.findByText("Try now", {}, { timeout: 5_000 });
  at.wire.heal();
  fireEvent.click(screen.getByText("Try now"));
  await screen.findByText("Live", {}, { timeout: 5_000 });
});
