// Two tabs in Chromium change the same person's actions while the server is killed or drained, connections are cut and
// answers are lost.
//   node tests/browser/faults.mjs FOOTHOLD FOLDER [FAULTS [SECONDS]]
// After each fault both tabs and the database must hold the same. Fails also if a row shows anything but what it was
// and then what was clicked, in either tab, or if something that was typed is lost.
import { Demo } from "./demo.mjs";
import { Network } from "./network.mjs";
import { launched, live, newTab, refreshed, signIn, tabOf, until } from "./support.mjs";

const [foothold, folder, count = "100", seconds = "Infinity"] = process.argv.slice(2);
/** Of twenty-five: what takes a new process is seldom, because that takes seconds. */
const KINDS = { cut: 11, lost: 10, kill: 2, drain: 2 };
const CLICKS = { SUGGESTED: ["Save", "Start"], SAVED: ["Unsave", "Start"], IN_PROGRESS: ["Put back"] };
const AFTER = { Save: "SAVED", Unsave: "SUGGESTED", Start: "IN_PROGRESS", "Put back": "SUGGESTED" };

/** In the page: writes down every state that a card is shown in, from one `watch()` to the next. */
function watching() {
  const states = () => {
    const found = new Map();
    for (const card of document.querySelectorAll("article[aria-labelledby]")) {
      const labels = [...card.querySelectorAll("button")].map((button) => button.ariaLabel ?? "");
      const has = (word) => labels.some((label) => label.startsWith(`${word}: `));
      const state = has("Unsave")
        ? "SAVED"
        : has("I did it")
          ? "IN_PROGRESS"
          : has("Save")
            ? "SUGGESTED"
            : "?";
      found.set(card.querySelector("h3").textContent, state);
    }
    return found;
  };
  let before = new Map();
  globalThis.seen = [];
  globalThis.states = () => [...states()].toSorted();
  globalThis.watch = () => {
    before = states();
    globalThis.seen = [];
  };
  new MutationObserver(() => {
    const now = states();
    for (const title of new Set([...before.keys(), ...now.keys()])) {
      if (before.get(title) !== now.get(title)) globalThis.seen.push([title, now.get(title) ?? "gone"]);
    }
    before = now;
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

// The same faults in the same order each time.
let seed = 7;
const random = (below) => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * below);
};
const kinds = Object.entries(KINDS).flatMap(([kind, times]) => Array.from({ length: times }, () => kind));
const nextKind = () => {
  if (nextKind.left.length === 0) nextKind.left = [...kinds];
  return nextKind.left.splice(random(nextKind.left.length), 1)[0];
};
nextKind.left = [];

const demo = new Demo(foothold, folder);
await demo.start();
const network = new Network(demo.port);
await network.start();
const { address } = network;
const browser = await launched();
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

async function ask(token, query, variables = {}) {
  const answer = await fetch(`${demo.address}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await answer.json();
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** Each fault: what is done before the click, and after it; both end when the network is as it was. */
const FAULTS = {
  cut: { before: () => network.drop(), after: () => network.drop() },
  lost: { before: () => (network.lose = 1 + random(2)), after: () => undefined },
  kill: { before: () => demo.kill(), after: () => demo.kill() },
  drain: { before: () => void demo.end(), after: () => demo.end() },
};

const began = Date.now();
const made = { cut: 0, lost: 0, kill: 0, drain: 0 };
try {
  const first = await tabOf(browser);
  const context = first.context();
  await context.addInitScript(watching);
  await signIn(first, address, "Ada");
  await refreshed(first);
  const tabs = [first, await newTab(context)];
  await tabs[1].goto(address);
  await live(tabs[1]).waitFor();
  const { token, profileId } = await first.evaluate(() =>
    JSON.parse(localStorage.getItem("foothold.person")),
  );
  const QUERY = "query ($id: ID!) { careerActions(profileId: $id) { edges { node { title status } } } }";
  const database = async () => {
    const { edges } = (await ask(token, QUERY, { id: profileId })).careerActions;
    return edges.map(({ node }) => [node.title, node.status]).toSorted();
  };
  const shown = (tab) => tab.evaluate(() => globalThis.states());
  const coach = await newTab(context);
  await coach.goto(`${address}/coach`);
  let typed = "";
  let actions = await database();
  await until("both tabs have all", async () =>
    (await Promise.all(tabs.map(shown))).every((one) => same(one, actions)),
  );

  for (let number = 1; number <= Number(count); number++) {
    const kind = nextKind();
    const early = random(2) === 0;
    const { before, after } = FAULTS[kind];
    // Each tab changes a row of its own.
    const chosen = actions.toSorted(() => random(3) - 1).slice(0, 2);
    const clicks = chosen.map(([title, status]) => [title, CLICKS[status][random(CLICKS[status].length)]]);
    for (const tab of tabs) await tab.evaluate(() => globalThis.watch());
    if (early || kind === "lost") await before();
    await Promise.all(
      clicks.map(([title, word], index) =>
        tabs[index].getByRole("button", { name: `${word}: ${title}`, exact: true }).click(),
      ),
    );
    // The click is shown whatever the network does: a moment is enough.
    for (const [index, [title, word]] of clicks.entries()) {
      const states = Object.fromEntries(await shown(tabs[index]));
      if (states[title] !== AFTER[word]) throw new Error(`${number} ${kind}: ${word} did not show at once`);
    }
    if (!early) await after();
    if (kind === "kill" || kind === "drain") {
      await demo.ended();
      await demo.start();
    }
    const word = ` ${number}`;
    typed += word;
    await coach.getByRole("textbox").pressSequentially(word);
    made[kind]++;

    const wanted = new Map(actions);
    for (const [title, click] of clicks) wanted.set(title, AFTER[click]);
    const expected = [...wanted].toSorted();
    await until(`${number} ${kind}: the database has it`, async () => same(await database(), expected));
    await until(`${number} ${kind}: both tabs show it, and nothing waits`, async () => {
      for (const tab of tabs) {
        if (!same(await shown(tab), expected) || (await tab.getByText(/to send/).isVisible())) return false;
      }
      return true;
    });
    network.lose = 0;
    for (const [index, tab] of tabs.entries()) {
      const seen = await tab.evaluate(() => globalThis.seen);
      const once = clicks.map(([title, click]) => [title, AFTER[click]]);
      if (!same(seen.toSorted(), once.toSorted()))
        throw new Error(
          `${number} ${kind}: tab ${index} showed ${JSON.stringify(seen)} for ${JSON.stringify(once)}`,
        );
    }
    actions = expected;
    if (number % 20 === 0) {
      await coach.reload();
      await until("what was typed", async () => (await coach.getByRole("textbox").inputValue()) === typed);
      const took = (Date.now() - began) / 1000;
      console.log(`${number} faults, ${Math.round(took)} s`);
      if (took > Number(seconds)) break; // a slow machine: what was tried held
    }
  }
  const complaints = [...tabs, coach].flatMap((tab) => tab.complaints);
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
  const words = Object.entries(made).map(([kind, times]) => `${times} ${kind}`);
  console.log(`equal after each of ${words.join(", ")}; ${network.lost} answers were lost`);
} finally {
  await browser.close();
  await demo.kill();
  network.stop();
}
