// Walks through the client in Chromium on a demo of its own, and writes what it sees. Fails where axe finds something, the
// page is wider than the screen, or the console complains.
//   node tests/browser/walk.mjs FOOTHOLD DATA PICTURES
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { Demo } from "./demo.mjs";

const [foothold, data, folder] = process.argv.slice(2);
const demo = new Demo(foothold, data);
await demo.start();
const { address } = demo;
mkdirSync(folder, { recursive: true });
const axe = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const problems = [];
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

async function visit(name, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on("console", (message) => message.type() !== "log" && problems.push(`${name}: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(`${name}: ${error.message}`));
  const shot = async (what) => {
    await page.waitForTimeout(350);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    for (const { id, nodes } of violations)
      problems.push(`${what}-${name}: ${id} ${nodes.map((node) => node.target).join(" ")}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    if (wide) problems.push(`${what}-${name}: wider than the screen`);
    await page.screenshot({ path: `${folder}/${what}-${name}.png` });
  };
  await page.goto(address);
  await page.getByText("Ada Moreno").waitFor();
  await shot("first");
  await page.getByText("Ada Moreno").click();
  await page.getByRole("heading", { name: "Hello, Ada" }).waitFor();
  await page
    .getByText(/^(Suggested|No actions yet)/)
    .first()
    .waitFor();
  const refresh = page.locator("#refresh");
  if ((await refresh.innerText()).includes("Find")) {
    await refresh.click();
    await page
      .getByText("I did it")
      .or(page.getByRole("button", { name: /^Start/ }))
      .first()
      .waitFor();
    await page.locator("#refresh", { hasText: /^Refresh$/ }).waitFor({ timeout: 30000 });
  }
  await shot("home");
  return { page, context, shot };
}

const desk = { viewport: { width: 1280, height: 860 } };
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const { page, shot } = await visit("light", { ...desk, colorScheme: "light" });
await page
  .getByRole("button", { name: /^Start/ })
  .first()
  .click();
await page
  .getByRole("button", { name: /^I did it/ })
  .first()
  .click();
await shot("undo");
await page
  .getByRole("link", { name: /Look back/ })
  .first()
  .click();
await shot("action");
const box = page.getByRole("textbox", { name: /What did you do/ });
await box.fill(
  "I wrote an evaluation harness in Python for a small model, and learned to use Inspect. I met two people of the reading group.",
);
await page.waitForTimeout(800);
await box.press("Enter");
await page.waitForTimeout(2500);
await shot("chat");
const find = page.getByRole("button", { name: /See what I learned/ });
await find.waitFor({ timeout: 20000 });
await find.click();
await page.waitForTimeout(2500);
await shot("learned");
await page.screenshot({ path: `${folder}/learned-full.png`, fullPage: true });
for (const [name, options] of [
  ["light", { ...desk, colorScheme: "light" }],
  ["dark", { ...desk, colorScheme: "dark" }],
  ["phone", { ...phone, colorScheme: "light" }],
  ["zoomed", { viewport: { width: 320, height: 256 }, colorScheme: "dark" }],
]) {
  const visitor = await visit(name, options);
  for (const place of ["Matches", "Opportunities", "Coach", "Profile", "Settings"]) {
    const words = place === "Opportunities" && ["phone", "zoomed"].includes(name) ? "Open" : place;
    const within = place === "Settings" ? visitor.page : visitor.page.getByRole("navigation");
    await within.getByRole("link", { name: words, exact: true }).locator("visible=true").click();
    await visitor.page.waitForTimeout(500);
    await visitor.shot(place.toLowerCase());
  }
  await visitor.context.close();
}
await browser.close();
await demo.kill();
console.log(problems.join("\n") || "nothing found");
process.exit(problems.length === 0 ? 0 : 1);
