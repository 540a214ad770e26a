import { expect, test } from "vitest";
import type { ChangeSet } from "./rows";
import { Store, type Pending } from "./store";

const change = (version: number): ChangeSet => ({
  reason: version === 1 ? "INITIAL" : "CHANGE",
  cursor: `1:${version}`,
  mutationIds: [],
  parts: { matches: { upserts: [{ id: "1", version }], removed: [] } },
});

test("an emission that confirms nothing leaves what is pending as it is", () => {
  const store = new Store("tab");
  store.addSource("matches", ["matches"]);
  store.receive("matches", change(1));
  const waiting = { mutationId: "tab.1", list: "matches", rowId: "1", patch: {}, state: "waiting" };
  store.setPending([waiting as unknown as Pending]);
  const { pending } = store;
  store.receive("matches", change(2));
  expect(store.pending).toBe(pending);
  store.receive("matches", { ...change(3), mutationIds: ["tab.1"] });
  expect(store.pending).toEqual([]);
});
