// What the client may cost, measured on the built files and in Chromium on a demo of its own.
//   node tests/browser/budgets.mjs FOOTHOLD FOLDER [--broken] [NAME…]
// What depends on time is measured several times, the best counts, and it is compared with a plain page in the same
// browser: a busy machine slows both. With --broken each is spoilt on purpose, and the script fails unless all fail.
import { join } from "node:path";
import { lighthouseScores } from "./budgets/lighthouse.mjs";
import { memoryOfChangeSets } from "./budgets/memory.mjs";
import { clickToPaint, framesWhileStreaming } from "./budgets/paint.mjs";
import { firstRow, sizes } from "./budgets/sizes.mjs";
import { Demo } from "./demo.mjs";
import { launched, refreshed, signIn, tabOf } from "./support.mjs";

const [foothold, folder, ...rest] = process.argv.slice(2);
const broken = rest.includes("--broken");
const names = rest.filter((name) => name !== "--broken");
const MEASURES = {
  sizes,
  firstRow,
  clickToPaint,
  framesWhileStreaming,
  memoryOfChangeSets,
  lighthouseScores,
};

const demo = new Demo(foothold, join(folder, "data"));
await demo.start();
const browser = await launched();
const failed = [];
const held = [];
try {
  const first = await tabOf(browser);
  await signIn(first, demo.address, "Ada");
  await refreshed(first);
  const person = await first.evaluate(() => localStorage.getItem("foothold.person"));
  await first.context().close();
  for (const [name, measure] of Object.entries(MEASURES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const began = Date.now();
    const found = await measure({ address: demo.address, browser, person, broken, folder });
    for (const { what, value, limit, atLeast = false, note = "" } of found) {
      const kept = atLeast ? value >= limit : value <= limit;
      (kept ? held : failed).push(what);
      const bound = `${atLeast ? "at least" : "at most"} ${limit}`;
      console.log(`${kept ? "ok  " : "MISS"} ${what}: ${value} (${bound})${note && `; ${note}`}`);
    }
    console.log(`     ${Math.round((Date.now() - began) / 1000)} s`);
  }
} finally {
  await browser.close();
  await demo.kill();
}
if (broken && held.length > 0) throw new Error(`spoilt, and held all the same: ${held.join(", ")}`);
if (!broken && failed.length > 0) throw new Error(`over budget: ${failed.join(", ")}`);
