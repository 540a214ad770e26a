// What the device keeps: cold starts without a server, a killed browser, a new build, and who takes it away again.
//   node tests/browser/offline.mjs FOOTHOLD FOLDER
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Browser } from "./browser.mjs";
import { Demo } from "./demo.mjs";
import { Network } from "./network.mjs";
import { until } from "./support.mjs";

const [foothold, folder] = process.argv.slice(2);
const HERE = new URL("../..", import.meta.url).pathname;
const FIRST = new URL("../../../resolvers/static/client", import.meta.url).pathname;

/** Builds this client with another greeting and another title of the settings. */
async function buildAnother(name, word) {
  const place = join(folder, name, "client");
  mkdirSync(place, { recursive: true });
  const parts = ["src", "public", "worker", "index.html", "package.json", "tsconfig.json", "vite.config.ts"];
  for (const part of parts) cpSync(join(HERE, part), join(place, part), { recursive: true });
  symlinkSync(join(HERE, "node_modules"), join(place, "node_modules"));
  for (const [file, from] of [
    ["src/routes/home.tsx", "Hello{"],
    ["src/routes/settings.tsx", "Settings<"],
  ]) {
    const before = readFileSync(join(place, file), "utf8");
    const after = before.replace(from, `${word} ${from}`);
    if (after === before) throw new Error(`${file} has no ${from}`);
    writeFileSync(join(place, file), after);
  }
  // The network is in this process as well: it goes on meanwhile.
  await promisify(execFile)(join(HERE, "node_modules/.bin/vite"), ["build", "--logLevel", "warn"], {
    cwd: place,
  });
  return join(folder, name, "resolvers/static/client");
}

const cards = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("article[aria-labelledby]")].map((card) => card.innerText).toSorted(),
  );
const rows = (page) => page.getByRole("button", { name: /^(Save|Unsave)/ });
const live = (page) => page.getByText("Live", { exact: true }).waitFor();
/** The builds on the device, once the worker of the newest is in charge. */
const builds = (page) =>
  page.evaluate(async () => {
    const { installing, waiting, active } = await navigator.serviceWorker.getRegistration();
    return installing || waiting || active?.state !== "activated" ? [] : (await caches.keys()).toSorted();
  });
const equal = (what, got, wanted) => {
  if (JSON.stringify(got) === JSON.stringify(wanted)) return console.log(`ok: ${what}`);
  throw new Error(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
};
/** What is on the device besides the built files. */
const device = (page) =>
  page.evaluate(async () => {
    const found = {};
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((resolve) => {
        const opening = indexedDB.open(name);
        opening.addEventListener("success", () => resolve(opening.result));
      });
      for (const store of database.objectStoreNames) {
        const counted = database.transaction(store).objectStore(store).count();
        await new Promise((resolve) => counted.addEventListener("success", resolve));
        if (counted.result > 0) found[store] = counted.result;
      }
      database.close();
    }
    return { databases: found, storage: Object.keys(localStorage).toSorted() };
  });
const drafts = (page) =>
  page.evaluate(async () => {
    const [{ name }] = await indexedDB.databases();
    const done = (request) =>
      new Promise((resolve) => request.addEventListener("success", () => resolve(request.result)));
    const database = await done(indexedDB.open(name));
    const found = await done(database.transaction("drafts").objectStore("drafts").getAll());
    database.close();
    return found;
  });
/** Tells whether a key of the page's storage is in the profile's files. */
const onDisk = (key) => {
  const place = join(folder, "profile/Default/Local Storage/leveldb");
  return readdirSync(place).some((name) => readFileSync(join(place, name)).includes(key));
};
const NOTHING = { databases: {}, storage: [] };

const demo = new Demo(foothold, join(folder, "data"));
const browser = new Browser(join(folder, "profile"));
await demo.start();
const network = new Network(demo.port);
await network.start();
const { address } = network;
const problems = [];
async function open() {
  const page = await browser.start();
  page.on("pageerror", (error) => problems.push(error.message));
  return page;
}
const statusOf = async (title) => {
  const { people } = await (await fetch(`${address}/client.json`)).json();
  const { token } = people.find(({ name }) => name === "Ada Moreno");
  const ask = async (query, variables) => {
    const answer = await fetch(`${address}/graphql`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    return (await answer.json()).data;
  };
  const { viewer } = await ask("{ viewer { profile { id } } }");
  const actions = "query ($id: ID!) { careerActions(profileId: $id) { edges { node { title status } } } }";
  const found = (await ask(actions, { id: viewer.profile.id })).careerActions.edges;
  return found.find(({ node }) => node.title === title)?.node.status;
};

try {
  let page = await open();
  await page.goto(address);
  await page.getByText("Ada Moreno").click();
  await page.locator("#refresh").click();
  await rows(page).nth(2).waitFor();
  await page.locator("#refresh", { hasText: /^Refresh$/ }).waitFor({ timeout: 60_000 });
  await page.evaluate(() => navigator.serviceWorker.ready);
  await until("rows on the device", async () => (await device(page)).databases.rows === 1);
  // Chromium writes the storage in which the person is some seconds late.
  await until("the person on the disk", () => onDisk("foothold.person"));
  await page.goto(`${address}/coach`);
  await page.getByRole("textbox").pressSequentially("Half a thought");
  await until("the draft on the device", async () => (await drafts(page)).includes("Half a thought"));
  await browser.kill();

  await demo.kill();
  page = await open();
  await page.goto(`${address}/coach`);
  await until("the draft", async () => (await page.getByRole("textbox").inputValue()) === "Half a thought");
  console.log("ok: what was typed is there after the browser was killed, without a server");
  await page.goto(address);
  await rows(page).nth(2).waitFor();
  const [first] = await page.locator("article h3").allInnerTexts();
  const card = page.locator("article", { hasText: first });
  await card.getByRole("button", { name: /^Save/ }).click();
  await card.getByRole("button", { name: /^Unsave/ }).waitFor();
  await until("the change on the device", async () => (await device(page)).databases.outbox === 1);
  const shown = await cards(page);
  await browser.kill();
  page = await open();
  await page.goto(address);
  await rows(page).nth(2).waitFor();
  equal("a cold start without a server shows rows and the change", await cards(page), shown);
  const stored = await page.evaluate(async () => {
    const { token } = JSON.parse(localStorage.getItem("foothold.person"));
    const names = await caches.keys();
    const answers = (
      await Promise.all(
        names.map(async (name) => {
          const cache = await caches.open(name);
          return Promise.all((await cache.keys()).map((request) => cache.match(request)));
        }),
      )
    ).flat();
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    const strange = answers.filter(({ url }) => /graphql|client\.json/.test(url)).map(({ url }) => url);
    return { strange, tokens: texts.filter((text) => text.includes(token)).length, any: texts.length > 10 };
  });
  equal("the worker keeps built files only", stored, { strange: [], tokens: 0, any: true });
  await demo.start();
  await live(page);
  await until("the change arrives", async () => (await statusOf(first)) === "SAVED");
  await until("nothing waits", async () => (await device(page)).databases.outbox === undefined);
  console.log("ok: the server comes back, and the change arrives");

  // Another build takes over.
  const second = await buildAnother("second", "Second");
  const third = await buildAnother("third", "Third");
  const before = await builds(page);
  network.build = second;
  network.drop();
  await until("the other build on the device", async () => (await builds(page)).length === 2);
  equal("an open tab goes on as it was", await page.locator("h1").innerText(), "Hello, Ada");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { name: "Second Settings" }).waitFor();
  await page.getByRole("link", { name: "Home" }).locator("visible=true").click();
  await page.getByRole("heading", { name: "Second Hello, Ada" }).waitFor();
  console.log("ok: the next page is of the other build, and so is the one after it");
  await demo.kill();
  network.cut();
  await page.goto(`${address}/settings`);
  await page.getByRole("heading", { name: "Second Settings" }).waitFor();
  await page.goto(address);
  await page.getByRole("heading", { name: "Second Hello, Ada" }).waitFor();
  await rows(page).nth(2).waitFor();
  console.log("ok: without a server the other build opens");
  network.heal();
  await demo.start();

  // A deployment that is not done: the worker is new, a file is not.
  network.except = (path) => (path === "/sw.js" ? third : undefined);
  const refused = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const updated = await registration.update();
    const { installing } = updated;
    if (installing === null) return "nothing new";
    return new Promise((resolve) => {
      installing.addEventListener("statechange", () => resolve(installing.state));
    });
  });
  equal("a build of which a file is of another one is not taken", refused, "redundant");
  await page.goto(`${address}/settings`);
  await page.getByRole("heading", { name: "Second Settings" }).waitFor();
  network.except = () => undefined;
  network.build = third;
  await page.goto(address);
  await page.getByRole("heading", { name: "Third Hello, Ada" }).waitFor();
  await until("the first build's end", async () => {
    const held = await builds(page);
    return held.length === 2 && !held.includes(before[0]);
  });
  console.log("ok: once it is whole it is taken, and the first one removed");
  network.build = FIRST;

  // The device's switch.
  await page.goto(`${address}/settings`);
  await live(page);
  await page.getByRole("checkbox", { name: /Keep a copy/ }).uncheck();
  await until("no rows", async () => (await device(page)).databases.rows === undefined);
  equal("the draft stays", (await device(page)).databases, { drafts: 1 });
  await page.goto(address);
  await live(page);
  await rows(page).nth(2).waitFor();
  await page.goto(`${address}/settings`);
  equal("nothing is written again", (await device(page)).databases, { drafts: 1 });
  await page.getByRole("checkbox", { name: /Keep a copy/ }).check();
  await until("rows again", async () => (await device(page)).databases.rows === 1);

  // Whoever leaves takes everything along, in every tab.
  const other = await browser.context.newPage();
  await other.goto(address);
  await live(other);
  await page.getByRole("button", { name: "Sign out" }).click();
  await other.getByText("Look around as one").waitFor();
  await until("nothing", async () => JSON.stringify(await device(page)) === JSON.stringify(NOTHING));
  console.log("ok: signing out leaves nothing on the device, and signs out the other tab");
  await other.close();

  await page.getByText("Ada Moreno").click();
  await live(page);
  await page.goto(`${address}/coach`);
  await page.getByRole("textbox").pressSequentially("Of Ada");
  await page.evaluate(() => localStorage.removeItem("foothold.person"));
  await page.goto(`${address}/settings`);
  await page.locator("main button").nth(1).click();
  await live(page);
  const left = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  const own = await page.evaluate(
    () => `foothold:${JSON.parse(localStorage.getItem("foothold.person")).viewerId}`,
  );
  equal("another person finds nothing of the one before", left, [own]);

  await page.getByLabel(/to confirm/).fill("delete");
  await page.getByRole("button", { name: "Delete everything" }).click();
  await page.getByText("Look around as one").waitFor();
  await until("nothing", async () => JSON.stringify(await device(page)) === JSON.stringify(NOTHING));
  console.log("ok: deleting the account leaves nothing on the device");
  equal("no errors", problems, []);
} finally {
  if (browser.process !== undefined) await browser.kill();
  await demo.kill();
  network.stop();
}
