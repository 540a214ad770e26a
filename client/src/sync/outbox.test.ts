import { expect, test } from "vitest";
import { Outbox, type Answer } from "./outbox";
import type { ChangeSet } from "./rows";
import { Store, type Pending } from "./store";

const change = (version: number, mutationIds: readonly string[] = []): ChangeSet => ({
  reason: version === 1 ? "INITIAL" : "CHANGE",
  cursor: `1:${version}`,
  mutationIds,
  parts: { matches: { upserts: [{ id: "1", version }], removed: [] } },
});

test("an emission writes the queue to the device only if it changed it", () => {
  const store = new Store("tab");
  store.addSource("matches", ["matches"]);
  const saved: (readonly Pending[])[] = [];
  const outbox = new Outbox({
    store,
    tab: "tab",
    send: () => new Promise<Answer>(() => undefined),
    now: () => 0,
    schedule: () => undefined,
    save: (pending) => saved.push(pending),
    refused: () => undefined,
  });
  store.onReceived(() => outbox.received());
  store.receive("matches", change(1));
  const mutationId = outbox.add({
    list: "matches",
    rowId: "1",
    operation: "x",
    variables: {},
    patch: { seen: true },
  });
  const before = saved.length;
  for (let version = 2; version < 100; version++) store.receive("matches", change(version));
  expect(saved.length).toBe(before);
  store.receive("matches", change(100, [mutationId]));
  expect(saved.length).toBe(before + 1);
  expect(saved.at(-1)).toEqual([]);
});
