import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { CompleteActionDocument, DismissActionDocument, SaveActionDocument } from "@/gql/graphql";
import { action, profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { CareerActionsSection } from "./CareerActionsSection";

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile(), action(), action({ id: "other", title: "Meet people", type: "COLLABORATE" }));
  return () => at.close();
});

const card = (title: string) => screen.getByRole("article", { name: title });

test("a click shows at once, before the API has answered", async () => {
  at.wire.answer(SaveActionDocument, () => new Promise(() => undefined));
  await at.open(<CareerActionsSection />);
  fireEvent.click(screen.getByLabelText("Save: Build a small tool"));
  expect(screen.getByLabelText("Unsave: Build a small tool")).toBeDefined();
  expect(screen.getByText("Saved").parentElement?.textContent).toContain("Build a small tool");
});

test("what others change comes by itself", async () => {
  await at.open(<CareerActionsSection />);
  act(() => at.wire.emit([action({ status: "SAVED", version: 2 })], ["other.1"]));
  await screen.findByLabelText("Unsave: Build a small tool");
  expect(card("Build a small tool").className).toContain("pulse-once");
  // Who moves it afterwards sees it as an own change.
  await vi.waitFor(() => expect(card("Build a small tool").className).not.toContain("pulse-once"), 5_000);
});

test("a refused change goes back", async () => {
  at.wire.answer(SaveActionDocument, () => ({
    saveAction: { __typename: "NotFoundError", message: "It is gone." },
  }));
  await at.open(<CareerActionsSection />);
  fireEvent.click(screen.getByLabelText("Save: Build a small tool"));
  await screen.findByLabelText("Save: Build a small tool");
});

test("#4 what cannot be taken back is not sent while it can be undone", async () => {
  const sync = await at.open(<CareerActionsSection />);
  fireEvent.click(screen.getByLabelText("Dismiss: Build a small tool"));
  expect(screen.queryByRole("article", { name: "Build a small tool" })).toBeNull();
  const [held] = sync.store.pending;
  act(() => void sync.outbox.undo(held!.mutationId));
  expect(card("Build a small tool")).toBeDefined();
  act(() => sync.outbox.release());
  expect(at.wire.askedFor(DismissActionDocument)).toEqual([]);
});

test("#18 keys do what a mouse does", async () => {
  at.wire.hold(action({ id: "third", title: "Write it up", status: "IN_PROGRESS" }));
  at.wire.answer(SaveActionDocument, () => new Promise(() => undefined));
  at.wire.answer(CompleteActionDocument, () => new Promise(() => undefined));
  const sync = await at.open(<CareerActionsSection />);
  for (const [title, key] of [
    ["Build a small tool", "s"],
    ["Meet people", "d"],
    ["Write it up", "e"],
  ] as const) {
    card(title).focus();
    fireEvent.keyDown(card(title), { key });
  }
  await vi.waitFor(() =>
    expect(sync.store.pending.map(({ operation }) => operation)).toEqual([
      "saveAction",
      "dismissAction",
      "completeAction",
    ]),
  );
});

test("#18 the keyboard stays with a card that moves, and goes on where one is gone", async () => {
  at.wire.answer(SaveActionDocument, () => new Promise(() => undefined));
  await at.open(<CareerActionsSection />);
  const [first, second] = screen.getAllByRole("article").map((one) => one.id);
  document.getElementById(first!)!.focus();
  fireEvent.keyDown(document.activeElement!, { key: "s" });
  expect(document.activeElement?.id).toBe(first);
  fireEvent.keyDown(document.activeElement!, { key: "d" });
  expect(document.activeElement?.id).toBe(second);
});

test("one kind is shown on request, and nobody is left with an empty page", async () => {
  await at.open(<CareerActionsSection />);
  fireEvent.change(screen.getByLabelText("Kind"), { target: { value: "COLLABORATE" } });
  expect(screen.getAllByRole("article")).toHaveLength(1);
  act(() =>
    at.wire.emit([
      action({ id: "other", title: "Meet people", type: "COLLABORATE", status: "DISMISSED", version: 2 }),
    ]),
  );
  await screen.findByText("None of this kind");
  expect(screen.getByText("Show dismissed (1)")).toBeDefined();
});
