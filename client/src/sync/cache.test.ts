import "fake-indexeddb/auto";
import { expect, test, vi } from "vitest";
import { Cache } from "./cache";
import type { Pending } from "./store";

const pending = (mutationId: string): Pending => ({
  mutationId,
  list: "careerActions",
  rowId: "1",
  operation: "saveAction",
  variables: {},
  patch: { status: "SAVED" },
  sendAt: 0,
  state: "waiting",
  attempts: 0,
});

test("rows and their cursor come back together", async () => {
  const held = { cursor: "1:5:x", lists: { matches: [{ id: "1", version: 2 }] }, at: 7 };
  const before = new Cache("person");
  await before.saveRows("hash", held);
  await before.close();
  expect(await new Cache("person").rows("hash")).toEqual(held);
  expect(await new Cache("person").rows("another")).toBeUndefined();
});

test("a tab replaces its own changes and leaves those of others", async () => {
  const cache = new Cache("tabs");
  await cache.saveOutbox("a", [pending("a.1"), pending("a.2")]);
  await cache.saveOutbox("b", [pending("b.1")]);
  await cache.saveOutbox("a", [pending("a.2")]);
  const left = (await cache.outbox()).map((one) => `${one.tab} ${one.mutationId}`);
  expect(left.toSorted()).toEqual(["a a.2", "b b.1"]);
});

test("saves that come faster than they are written do not queue up", async () => {
  const cache = new Cache("hurry");
  await cache.saveOutbox("a", [pending("a.0")]);
  const begun = vi.spyOn(IDBDatabase.prototype, "transaction");
  for (let count = 1; count <= 100; count++) {
    void cache.saveOutbox("a", [pending(`a.${count}`)]);
    void cache.saveOutbox("b", [pending(`b.${count}`)]);
    await Promise.resolve();
  }
  await cache.saveOutbox("a", [pending("a.last")]);
  // At most one that is being written and one that waits, of each tab.
  expect(begun.mock.calls.length).toBeLessThanOrEqual(4);
  begun.mockRestore();
  const left = (await cache.outbox()).map((one) => one.mutationId);
  expect(left.toSorted()).toEqual(["a.last", "b.100"]);
});

test("an adopted change belongs to the tab that took it", async () => {
  const cache = new Cache("adopted");
  await cache.saveOutbox("gone", [pending("gone.1")]);
  await cache.saveOutbox("here", [pending("gone.1")]);
  expect((await cache.outbox()).map((one) => one.tab)).toEqual(["here"]);
});

test("forgetting somebody leaves nothing on the device, though a tab goes on writing", async () => {
  const tab = new Cache("leaver");
  await tab.saveRows("hash", { cursor: "1:1", lists: {}, at: 0 });
  await tab.saveDraft("message:1", "half a thought");
  await tab.saveOutbox("a", [pending("a.1")]);
  await Cache.forget("leaver");
  await tab.saveRows("hash", { cursor: "1:2", lists: {}, at: 1 });
  await tab.saveDraft("message:1", "half a thought more");
  await tab.saveOutbox("a", [pending("a.1"), pending("a.2")]);
  expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name: "leaver" }));
  const next = new Cache("leaver");
  expect(await next.rows("hash")).toBeUndefined();
  expect(await next.draft("message:1")).toBeUndefined();
  expect(await next.outbox()).toEqual([]);
});

test("everybody is forgotten but one, also whom nobody remembers", async () => {
  for (const name of ["foothold:ada", "foothold:ben", "foothold:cleo", "other"]) {
    await new Cache(name).saveDraft("x", "words");
  }
  await Cache.forget("foothold:", "foothold:ben");
  const names = (await indexedDB.databases()).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["foothold:ben", "other"]));
  expect(names).not.toContain("foothold:ada");
  expect(names).not.toContain("foothold:cleo");
});

test("a draft that is emptied is gone", async () => {
  const cache = new Cache("drafts");
  await cache.saveDraft("x", "words");
  expect(await cache.draft("x")).toBe("words");
  await cache.saveDraft("x", "");
  expect(await cache.draft("x")).toBeUndefined();
});
