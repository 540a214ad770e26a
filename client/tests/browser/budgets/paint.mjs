import { pause, until } from "../support.mjs";
import { Network } from "../network.mjs";
import { median, next, round, subscriptionsOf, tabAs } from "./tabs.mjs";

/** At most: the first round within the budget ends it. */
const ROUNDS = 8;
const CLICKS = 30;
const SECONDS = 5;
/** Milliseconds from a click to the paint of the plain page below, on a machine that does little else. */
const QUIET_CLICK = 5;
const PIECES = 20;
/** Frames a second of the plain page from which the clock can be believed. */
const STEADY = 55;
const FASTEST_CLICK = 16;
const FEWEST_FRAMES = 57;
const THROTTLE = 4;
/** What takes longer does not fit into a frame on a device that is as slow. */
const LONGEST_PIECE = round(1000 / 60 / THROTTLE);
const MESSAGES = 100;

/** A page without a framework that has as much to show as ours, and does as much of it anew. */
const PARAGRAPH = "A paragraph of a conversation, as people and coaches write them. ".repeat(4);
const PLAIN =
  "<main style='height:700px;overflow:auto'>" +
  "<ul><li>Card <button aria-label=A>Do it</button></ul><ul></ul>" +
  `<p style='max-width:85%'>${PARAGRAPH}</p>`.repeat(MESSAGES) +
  "<p id=end></p></main>";

/** Milliseconds from each click to the frame that shows its effect. */
function watchClicks() {
  globalThis.clicks = [];
  const channel = new MessageChannel();
  let at = 0;
  // The task behind a frame's callbacks begins when the frame has been painted.
  channel.port1.addEventListener("message", () => globalThis.clicks.push(performance.now() - at));
  channel.port1.start();
  addEventListener(
    "click",
    (event) => {
      at = event.timeStamp;
      requestAnimationFrame(() => channel.port2.postMessage(null));
    },
    true,
  );
}

async function click(page, name) {
  const before = await page.evaluate(() => globalThis.clicks.length);
  const button = page.getByRole("button", { name, exact: true });
  await button.scrollIntoViewIfNeeded();
  const box = await button.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForFunction((count) => globalThis.clicks.length > count, before);
}

async function clicks(page, names) {
  await page.evaluate(() => (globalThis.clicks.length = 0));
  for (let count = 0; count < CLICKS; count++) await click(page, names[count % names.length]);
  return page.evaluate(() => globalThis.clicks);
}

/** From a click to what it is for, before the server has answered. */
export async function clickToPaint({ address, browser, person, broken }) {
  const page = await tabAs(browser, address, person);
  await page.addInitScript(watchClicks);
  await page.goto(address);
  const save = page.getByRole("button", { name: /^Save: / }).first();
  await save.waitFor();
  const title = (await save.getAttribute("aria-label")).replace("Save: ", "");
  const names = [`Save: ${title}`, `Unsave: ${title}`];
  const plain = await tabAs(browser, address, person);
  await plain.addInitScript(watchClicks);
  await plain.goto("about:blank");
  await plain.setContent(PLAIN);
  await plain.evaluate(watchClicks);
  await plain.evaluate(() => {
    const [one, other] = document.querySelectorAll("ul");
    document.querySelector("button").addEventListener("click", ({ target }) => {
      target.ariaLabel = target.ariaLabel === "A" ? "B" : "A";
      (target.ariaLabel === "A" ? one : other).append(target.parentElement);
    });
  });
  if (broken) {
    await page.evaluate(() =>
      addEventListener("click", () => {
        for (const end = performance.now() + 40; performance.now() < end;);
      }),
    );
  }
  const found = [];
  for (let count = 0; count < ROUNDS; count++) {
    const base = await clicks(plain, ["A", "B"]);
    const ours = await clicks(page, names);
    // A machine as quiet as can be is no reason to be stricter.
    const scale = Math.min(1, QUIET_CLICK / median(base));
    found.push({ ours: median(ours), base: median(base), scaled: median(ours) * scale });
    if (found.at(-1).scaled <= FASTEST_CLICK) break;
  }
  await page.context().close();
  await plain.context().close();
  const best = found.toSorted((a, b) => a.scaled - b.scaled)[0];
  return [
    {
      what: "click to paint, median in ms",
      value: round(best.scaled),
      limit: FASTEST_CLICK,
      note: `measured, and on a plain page: ${found.map(({ ours, base }) => `${round(ours)}/${round(base)}`).join(", ")}`,
    },
  ];
}

/** Frames a second for some seconds, and tasks that took longer than 50 ms. */
const frames = (page) =>
  page.evaluate(
    (seconds) =>
      new Promise((resolve) => {
        let [count, long] = [0, 0];
        const observer = new PerformanceObserver((list) => (long += list.getEntries().length));
        observer.observe({ type: "longtask" });
        const began = performance.now();
        const frame = (now) => {
          count++;
          if (now - began < seconds * 1000) return requestAnimationFrame(frame);
          observer.disconnect();
          return resolve({ rate: (count / (now - began)) * 1000, long });
        };
        requestAnimationFrame(frame);
      }),
    SECONDS,
  );

const message = (number, role, finished) => ({
  __typename: "Message",
  id: `message${number}`,
  version: 1,
  careerActionId: null,
  role,
  text: finished ? PARAGRAPH : "",
  messageStatus: finished ? "COMPLETE" : "STREAMING",
  messageModelVersion: role === "ASSISTANT" ? "offline-coach/1" : null,
  failure: null,
  attempt: 1,
  interruptedText: null,
  shouldExtract: false,
  createdAt: new Date(1_700_000_000_000 + number * 1000).toISOString(),
  finishedAt: finished ? new Date().toISOString() : null,
});

/**
 * A reply of twenty pieces a second under a conversation of a hundred messages, on a slow device: the frames that there
 * were, where a plain page gets its own, and the time of the processor, which a busy machine changes little.
 */
export async function framesWhileStreaming({ address, browser, person, broken }) {
  const network = new Network(Number(new URL(address).port));
  await network.start();
  const page = await tabAs(browser, network.address, person);
  const feed = await subscriptionsOf(page);
  if (broken) {
    await page.addInitScript(() => {
      const busy = () => {
        for (const end = performance.now() + 30; performance.now() < end;);
      };
      new MutationObserver(busy).observe(document, { subtree: true, characterData: true, childList: true });
    });
  }
  await page.goto(`${network.address}/coach`);
  await until("the first change set", async () => (await feed()).initial !== null);
  const { id: list, initial } = await feed();
  const tell = (...upserts) =>
    network.say(next(list, { changes: { ...initial, reason: "CHANGE", upserts, removed: [] } }));
  for (let number = 0; number < MESSAGES; number++)
    await tell(message(number, number % 2 === 0 ? "USER" : "ASSISTANT", true));
  await tell(message(MESSAGES, "ASSISTANT", false));
  await until("the reply is followed", async () => (await feed()).replies.length > 0);
  const id = (await feed()).replies.at(-1);
  const plain = await tabAs(browser, address, person);
  await plain.goto("about:blank");
  await plain.setContent(PLAIN);
  await plain.evaluate(() => {
    setInterval(() => document.getElementById("end").append("piece 1234 "), 50);
  });
  const devtools = await page.context().newCDPSession(page);
  const plainDevtools = await plain.context().newCDPSession(plain);
  const slow = (rate) =>
    Promise.all([devtools, plainDevtools].map((one) => one.send("Emulation.setCPUThrottlingRate", { rate })));
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  /** Milliseconds of the processor for each piece. */
  const spent = async () => {
    const before = await busy();
    await pause(SECONDS * 1000);
    return ((await busy()) - before) / (SECONDS * PIECES);
  };
  let piece = 0;
  const written = async (watched) => {
    const timer = setInterval(() => {
      // Paragraphs of a line or four, as a coach writes them.
      const text = `piece ${++piece} ${piece % 60 === 0 ? "\n\n" : ""}`;
      void network.say(next(id, { chat: { __typename: "ChatDelta", text, cursor: String(piece) } }));
    }, 1000 / PIECES);
    const result = await watched();
    clearInterval(timer);
    return result;
  };
  const found = [];
  for (let count = 0; count < ROUNDS; count++) {
    await slow(THROTTLE);
    await plain.bringToFront();
    const base = await frames(plain);
    await page.bringToFront();
    const ours = await written(() => frames(page));
    await slow(1);
    found.push({ ours, base, cost: await written(spent) });
    if (ours.rate >= FEWEST_FRAMES && found.at(-1).cost <= LONGEST_PIECE) break;
  }
  await until("the reply is shown", () => page.getByText(`piece ${piece}`).isVisible());
  await page.context().close();
  await plain.context().close();
  network.stop();
  // Where a plain page misses its frames, ours say nothing, unless they came all the same.
  const judged = found.filter(
    ({ ours, base }) => broken || base.rate >= STEADY || ours.rate >= FEWEST_FRAMES,
  );
  if (judged.length === 0)
    console.log(
      "     frames while a reply is written: NOT JUDGED, a plain page does not get its frames either",
    );
  const frame = ({ ours, base }) =>
    `${round(ours.rate)} with ${ours.long} tasks over 50 ms, on a plain page ${round(base.rate)}`;
  return [
    ...(judged.length === 0
      ? []
      : [
          {
            what: "frames a second while a reply is written",
            value: round(Math.max(...judged.map(({ ours }) => ours.rate))),
            limit: FEWEST_FRAMES,
            atLeast: true,
            note: found.map(frame).join(", "),
          },
        ]),
    {
      what: "processor for each piece of a reply, ms",
      value: round(Math.min(...found.map(({ cost }) => cost))),
      limit: LONGEST_PIECE,
    },
  ];
}
