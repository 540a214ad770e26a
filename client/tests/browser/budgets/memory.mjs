import { until } from "../support.mjs";
import { Network } from "../network.mjs";
import { next, subscriptionsOf, tabAs } from "./tabs.mjs";

/** An hour at ten a second. */
const CHANGE_SETS = 36_000;
/** Before the first look: what is compiled, and what is kept once, is no growth. */
const WARM_UP = 2_000;
const AT_ONCE = 500;

/** Heap and DOM after as many change sets as an hour of a busy account has. */
export async function memoryOfChangeSets({ address: direct, browser, person, broken }) {
  const network = new Network(Number(new URL(direct).port));
  await network.start();
  const { address } = network;
  const page = await tabAs(browser, address, person);
  const feed = await subscriptionsOf(page);
  if (broken) {
    await page.addInitScript(() => {
      globalThis.kept = [];
      const observer = new MutationObserver((records) => {
        for (const { target } of records) {
          globalThis.kept.push(
            document.createElement("p"),
            Array.from({ length: 200 }, () => target),
          );
        }
      });
      observer.observe(document, { subtree: true, childList: true, characterData: true });
    });
  }
  await page.goto(address);
  await page.locator("article h3").first().waitFor();
  const { id, initial } = await feed();
  const rows = initial.upserts.filter((row) => row.__typename === "CareerAction");
  const devtools = await page.context().newCDPSession(page);
  let told = 0;
  const tell = async (count) => {
    for (const end = told + count; told < end;) {
      const number = ++told;
      const row = rows[number % rows.length];
      const upserts = [{ ...row, version: row.version + number, title: `Step ${number}` }];
      const change = { ...initial, reason: "CHANGE", upserts, removed: [] };
      await network.say(next(id, { changes: { ...change, cursor: `${initial.cursor}-${number}` } }));
      if (number % AT_ONCE === 0) {
        await until("the page shows it", () => page.getByText(`Step ${number}`, { exact: true }).isVisible());
      }
    }
  };
  const look = async () => {
    for (let count = 0; count < 3; count++) await devtools.send("HeapProfiler.collectGarbage");
    const { usedSize } = await devtools.send("Runtime.getHeapUsage");
    const { nodes } = await devtools.send("Memory.getDOMCounters");
    return { usedSize, nodes };
  };
  await tell(WARM_UP);
  const before = await look();
  await tell(CHANGE_SETS);
  const after = await look();
  await page.context().close();
  network.stop();
  const grown = Math.round(((after.usedSize - before.usedSize) / 1024 / 1024) * 100) / 100;
  return [
    {
      what: `heap after ${CHANGE_SETS} change sets, MiB more`,
      value: grown,
      // 0.3 are measured: compiled code, and the browser's own entries of long frames.
      limit: 1,
      note: `${Math.round(after.usedSize / 1024)} KiB at the end`,
    },
    {
      what: "DOM nodes more",
      value: after.nodes - before.nodes,
      limit: 50,
      note: `${after.nodes} at the end`,
    },
  ];
}
