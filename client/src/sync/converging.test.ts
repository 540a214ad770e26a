import fc from "fast-check";
import { expect, test } from "vitest";
import type { Status } from "./model/server";
import { ticks, World } from "./model/world";

// FOOTHOLD_TRIALS=20000 is what CI asks for.
const TRIALS = Number(import.meta.env["FOOTHOLD_TRIALS"] ?? 600);

const tab = fc.nat({ max: 1 });
const which = fc.nat({ max: 4 });
const status = fc.constantFrom<Status>("SUGGESTED", "SAVED", "IN_PROGRESS", "DISMISSED");

type Step = (world: World) => void;
const named = (name: string, step: Step): Step => Object.assign(step, { toString: () => name });
const of = (world: World, index: number) => world.tabs[index]!;
const pick = (world: World, index: number): string => [...world.server.rows.keys()][index] ?? "action0";

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(tab, which, status, fc.boolean())
      .map(([t, w, s, hold]) =>
        named(`click ${t} ${w} ${s} ${hold}`, (world) => of(world, t).click(pick(world, w), s, hold)),
      ),
  },
  ...(["connect", "emit", "receive", "reach", "answer"] as const).map((verb) => ({
    weight: 5,
    arbitrary: tab.map((t) => named(`${verb} ${t}`, (world) => of(world, t)[verb]())),
  })),
  ...(["lose", "cut", "undo", "keep"] as const).map((verb) => ({
    weight: 1,
    arbitrary: tab.map((t) => named(`${verb} ${t}`, (world) => of(world, t)[verb]())),
  })),
  {
    weight: 2,
    arbitrary: fc
      .tuple(which, status)
      .map(([w, s]) =>
        named(`other ${w} ${s}`, (world) => void world.server.mutate(world.otherId(), pick(world, w), s)),
      ),
  },
  {
    weight: 1,
    arbitrary: which.map((w) => named(`rename ${w}`, (world) => world.server.rename(pick(world, w)))),
  },
  {
    weight: 1,
    arbitrary: which.map((w) => named(`remove ${w}`, (world) => world.server.remove(pick(world, w)))),
  },
  { weight: 1, arbitrary: fc.constant(named("add", (world) => world.server.add())) },
  { weight: 1, arbitrary: fc.constant(named("trim", (world) => world.server.trim())) },
  { weight: 1, arbitrary: fc.constant(named("back up", (world) => world.server.backUp())) },
  { weight: 1, arbitrary: fc.constant(named("restore", (world) => void world.server.restore())) },
  { weight: 1, arbitrary: tab.map((t) => named(`kill ${t}`, (world) => world.kill(t))) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(500, 3_000, 8_000).map((ms) => named(`pass ${ms}`, (world) => world.pass(ms))),
  },
);

test("whatever happens, each tab ends equal to the server, and no click flickers", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: "max" }), async (steps) => {
      const world = new World();
      for (const run of steps) {
        run(world);
        await ticks();
        for (const one of world.tabs) expect(one.flicker()).toBeNull();
      }
      await world.settle();
      for (const one of world.tabs) {
        expect(one.store.pending).toEqual([]);
        const shown = Object.fromEntries(one.store.rows("actions").map((row) => [row.id, row]));
        expect(shown).toEqual(Object.fromEntries(world.server.rows));
      }
    }),
    { numRuns: TRIALS },
  );
}, 600_000);
