import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cache } from "./cache";
import { setKeepsRows } from "./device";
import type { Source } from "./feed";
import type { ChangeSet } from "./rows";
import type { Store } from "./store";
import { databaseOf, forgetAllBut, Sync } from "./sync";

/** A network in which nothing answers. */
class Silence {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly readyState = Silence.CONNECTING;
  close(): void {}
  send(): void {}
}
vi.stubGlobal("WebSocket", Silence);

const person = { token: "t", viewerId: "ada", profileId: "p", name: null };
const first: ChangeSet = {
  reason: "INITIAL",
  cursor: "1:5:x",
  mutationIds: [],
  parts: { matches: { upserts: [{ id: "1", version: 1 }], removed: [] } },
};
let fed: Store | undefined;
const source: Source = {
  name: "matches",
  lists: ["matches"],
  hash: "hash",
  follow: (_connection, store) => {
    fed = store;
    return () => undefined;
  },
};
let open: Sync[] = [];
const kept = async () => new Cache(databaseOf("ada")).rows("hash");

/** A tab that has begun to follow. */
async function tab(): Promise<Sync> {
  fed = undefined;
  const made = new Sync({ person, sources: [source], send: () => new Promise(() => undefined) });
  open.push(made);
  await vi.waitUntil(() => fed === made.store);
  return made;
}

/** The first change set; it is written as when the page is left. */
function receive(sync: Sync): void {
  sync.store.receive("matches", first);
  dispatchEvent(new Event("pagehide"));
}

beforeEach(() => localStorage.clear());
afterEach(async () => {
  for (const one of open) one.close();
  open = [];
  await forgetAllBut(null);
});

test("a new tab shows what the device has, and goes on behind it", async () => {
  receive(await tab());
  await vi.waitUntil(kept);
  const next = await tab();
  expect(next.store.rows("matches")).toEqual([{ id: "1", version: 1 }]);
  expect(next.store.cursor("matches")).toBe("1:5:x");
});

test("a device that is told not to keep rows removes them, and leaves what was typed and not sent", async () => {
  const here = await tab();
  receive(here);
  await vi.waitUntil(kept);
  await here.cache.saveDraft("message", "half a thought");
  here.outbox.add({
    list: "matches",
    rowId: "1",
    operation: "saveAction",
    variables: {},
    patch: { status: "SAVED" },
  });
  await vi.waitUntil(async () => (await here.cache.outbox()).length === 1);

  here.keepRows(false);
  await vi.waitUntil(async () => (await kept()) === undefined);
  receive(here);
  const next = await tab();
  expect(await kept()).toBeUndefined();
  expect(next.store.isEmpty("matches")).toBe(true);
  expect(next.store.cursor("matches")).toBeNull();
  expect(await next.cache.draft("message")).toBe("half a thought");
  expect(await next.cache.outbox()).toHaveLength(1);

  here.keepRows(true);
  await vi.waitUntil(kept);
});

test("a tab follows what another one chose", async () => {
  const here = await tab();
  receive(here);
  await vi.waitUntil(kept);
  setKeepsRows(false);
  dispatchEvent(new StorageEvent("storage", { key: "foothold.rows" }));
  await vi.waitUntil(async () => (await kept()) === undefined);
});

test("a tab of somebody who left writes nothing any more", async () => {
  const here = await tab();
  receive(here);
  await vi.waitUntil(kept);
  await forgetAllBut(null);
  receive(here);
  here.outbox.add({ list: "matches", rowId: "1", operation: "x", variables: {}, patch: {} });
  here.close();
  const next = await tab();
  expect(next.store.isEmpty("matches")).toBe(true);
  expect(await next.cache.outbox()).toEqual([]);
});
