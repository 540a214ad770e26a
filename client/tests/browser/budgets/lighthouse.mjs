import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import lighthouse from "lighthouse";
import { Browser } from "../browser.mjs";
import { Network } from "../network.mjs";
import { round } from "./tabs.mjs";

const ROUNDS = 5;
const CATEGORIES = ["performance", "accessibility", "best-practices"];
/** Lighthouse's own measure of a computer of which a quarter is a phone. */
const COMPUTER = 1_300;
const PHONE = 4;
/** Below it even an empty page misses what is asked for: the machine is too busy to judge the performance. */
const TOO_BUSY = 500;
/** The aim is 100; see the decision on the client. */
const FLOORS = { performance: 95, accessibility: 100, "best-practices": 100 };

/** A page that has something wrong for every category. */
function spoilt(folder) {
  const place = join(folder, "spoilt-page");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "index.html"), "<p>Slow<img src=/assets/none.png><script src=/slow.js></script>");
  writeFileSync(join(place, "slow.js"), "for (const end = Date.now() + 4000; Date.now() < end;);");
  return place;
}

/** Lighthouse for phones on the home page: somebody is signed in, and nothing is on the device. */
export async function lighthouseScores({ address: direct, person, broken, folder }) {
  const network = new Network(Number(new URL(direct).port));
  await network.start();
  const { address } = network;
  if (broken) network.build = spoilt(folder);
  const profile = join(folder, "lighthouse");
  mkdirSync(profile, { recursive: true });
  const browser = new Browser(profile);
  const page = await browser.start();
  const devtools = await browser.context.newCDPSession(page);
  const found = [];
  try {
    await page.goto(`${address}/client.json`);
    await page.evaluate((value) => localStorage.setItem("foothold.person", value), person);
    let slower = PHONE;
    for (let count = 0; count < ROUNDS; count++) {
      await devtools.send("Network.clearBrowserCache");
      const storageTypes = "service_workers,cache_storage,indexeddb";
      await devtools.send("Storage.clearDataForOrigin", { origin: address, storageTypes });
      const { lhr } = await lighthouse(`${address}/`, {
        port: browser.port,
        onlyCategories: CATEGORIES,
        disableStorageReset: true,
        throttling: { rttMs: 150, throughputKbps: 1638.4, cpuSlowdownMultiplier: slower },
      });
      const scores = CATEGORIES.map((name) => Math.round(lhr.categories[name].score * 100));
      const figure = (name) => Math.round(lhr.audits[name].numericValue);
      const missed = Object.values(lhr.audits).filter(({ score }) => score !== null && score < 0.9);
      console.log(
        `     ${scores.join("/")}: LCP ${figure("largest-contentful-paint")} ms, ` +
          `TBT ${figure("total-blocking-time")} ms, CLS ${lhr.audits["cumulative-layout-shift"].displayValue}, ` +
          `machine ${Math.round(lhr.environment.benchmarkIndex)}, slowed ${round(slower)} times; ` +
          missed.map(({ id }) => id).join(" "),
      );
      const judged = broken || lhr.environment.benchmarkIndex >= TOO_BUSY;
      found.push(judged ? scores : [null, ...scores.slice(1)]);
      if (scores.every((score) => score === 100)) break;
      slower = Math.max(1, Math.min(PHONE, (PHONE * lhr.environment.benchmarkIndex) / COMPUTER));
    }
  } finally {
    await browser.kill();
    network.stop();
  }
  const note = found.map((scores) => scores.map((score) => score ?? "–").join("/")).join(", ");
  return CATEGORIES.flatMap((name, index) => {
    const judged = found.map((scores) => scores[index]).filter((score) => score !== null);
    if (judged.length === 0) {
      console.log(`     Lighthouse, ${name}: NOT JUDGED, the machine is too busy`);
      return [];
    }
    const limit = FLOORS[name];
    return [{ what: `Lighthouse, ${name}`, value: Math.max(...judged), limit, atLeast: true, note }];
  });
}
