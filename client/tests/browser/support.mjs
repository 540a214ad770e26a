import { spawnSync } from "node:child_process";
import { chromium } from "playwright-core";

/** What a test waits for comes within seconds; only a failure on a busy machine reaches this. */
export const PATIENCE = 60_000;
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

export const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

/** The browser of this machine: nothing is downloaded. */
export function chromiumPath() {
  const found = spawnSync("sh", ["-c", NAMES.map((name) => `command -v ${name}`).join(" || ")]);
  const path = String(found.stdout).trim();
  if (path === "") throw new Error(`No browser: one of ${NAMES.join(", ")}`);
  return path;
}

export const launched = () => chromium.launch({ executablePath: chromiumPath(), args: FLAGS });

/** A tab of a browser of its own. What the console says against it is collected. */
export async function tabOf(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  return newTab(context);
}

export async function newTab(context) {
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    // A server that is away is what some tests are about, and the browser says so by itself.
    if (["error", "warning"].includes(message.type()) && !/ERR_|WebSocket connection/.test(message.text()))
      page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(error.message));
  return page;
}

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits for what comes true. */
export async function until(what, check) {
  for (const end = Date.now() + PATIENCE; Date.now() < end;) {
    if (await check()) return;
    await pause(50);
  }
  throw new Error(`never: ${what}`);
}

export const live = (page) => page.getByRole("status").getByText("Live", { exact: true });

/** Signs in on the first page as one of the demo's people. */
export async function signIn(page, address, name) {
  await page.goto(address);
  await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
  await page.getByRole("heading", { level: 1, name: `Hello, ${name}` }).waitFor();
  await live(page).waitFor();
}

/** Waits for the first matches and actions. */
export async function refreshed(page) {
  await page.getByRole("button", { name: "Find my matches" }).click();
  await page
    .getByRole("button", { name: /^Save: / })
    .first()
    .waitFor();
  await page.locator("#refresh", { hasText: /^Refresh$/ }).waitFor();
}
