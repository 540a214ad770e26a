import { randomBytes } from "node:crypto";
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tabAs } from "./tabs.mjs";

const BUILT = new URL("../../../../resolvers/static/client", import.meta.url).pathname;
const PAGES = [
  "/actions/x",
  "/coach",
  "/matches",
  "/opportunities",
  "/applications",
  "/profile",
  "/settings",
];
const kilobytes = (bytes) => Math.round(bytes / 100) / 10;

/** A build with more of everything, which nothing can make smaller. */
function spoilt(folder) {
  const place = join(folder, "spoilt");
  cpSync(BUILT, place, { recursive: true });
  for (const name of readdirSync(join(place, "assets")).filter((file) => /\.(js|css)\.gz$/.test(file)))
    writeFileSync(join(place, "assets", name), gzipSync(randomBytes(130_000)));
  writeFileSync(join(place, "assets", "font.woff2"), "");
  return place;
}

/** Sizes of what the server sends: the files as they are compressed at build time. */
export async function sizes({ address, browser, person, broken, folder }) {
  const built = broken ? spoilt(folder) : BUILT;
  const page = readFileSync(join(built, "index.html"), "utf8");
  const sizeOf = (path) => statSync(`${join(built, path)}.gz`).size;
  const named = (kind) =>
    [...new Set([...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path))].filter(
      (path) => path.endsWith(kind),
    );
  const sum = (paths) => kilobytes(paths.reduce((total, path) => total + sizeOf(path), 0));
  const first = new Set(named(".js"));
  const routes = [];
  for (const path of PAGES) {
    const tab = await tabAs(browser, address, person);
    const scripts = new Set();
    tab.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (/^\/assets\/.*\.js$/.test(pathname) && !first.has(pathname)) scripts.add(pathname);
    });
    await tab.goto(address + path);
    await tab.locator("main h1").waitFor();
    await tab.waitForLoadState("networkidle");
    routes.push([path, sum([...scripts])]);
    await tab.context().close();
  }
  const largest = routes.toSorted((a, b) => b[1] - a[1])[0];
  const fonts = readdirSync(built, { recursive: true }).filter((name) => /\.(woff2?|ttf|otf)$/.test(name));
  return [
    { what: "JavaScript of the first load, kB", value: sum([...first]), limit: 125 },
    {
      what: "JavaScript that a route adds, kB",
      value: largest[1],
      limit: 60,
      note: routes.map((route) => route.join(" ")).join(", "),
    },
    { what: "CSS, kB", value: sum(named(".css")), limit: 12 },
    { what: "fonts", value: fonts.length, limit: 0 },
  ];
}

/** Requests that the browser made when the first row was there. */
export async function firstRow({ address, browser, person, broken }) {
  const tab = await tabAs(browser, address, person, { bypassCSP: broken });
  const asked = [];
  tab.on("request", (request) => asked.push(request.url()));
  tab.on("websocket", (socket) => asked.push(socket.url()));
  await tab.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (document.querySelector("article h3") === null) return;
      globalThis.rowAt = performance.now();
      observer.disconnect();
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  if (broken) {
    await tab.addInitScript(() => {
      for (let index = 0; index < 9; index++) void fetch(`/theme.js?${index}`);
      void fetch("http://127.0.0.2:9/").catch(() => undefined);
    });
  }
  await tab.goto(address, { waitUntil: "commit" });
  await tab.locator("article h3").first().waitFor();
  const { host } = new URL(address);
  const loaded = await tab.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ startTime }) => startTime < globalThis.rowAt)
      .map(({ name }) => name),
  );
  // The page itself and its websocket are no resources of it.
  const before = [address, ...asked.filter((url) => url.startsWith("ws")), ...loaded];
  const elsewhere = asked.filter((url) => new URL(url).host !== host);
  await tab.context().close();
  return [
    {
      what: "requests before the first row",
      value: before.length,
      limit: 8,
      note: before.map((url) => new URL(url).pathname).join(" "),
    },
    { what: "requests to another origin", value: elsewhere.length, limit: 0 },
  ];
}
