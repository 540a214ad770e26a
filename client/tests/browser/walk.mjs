// Walks through the client in Chromium on a running demo, and writes what it sees.
//   node tests/browser/walk.mjs ADDRESS FOLDER
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [address, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

async function visit(name, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on(
    "console",
    (message) => message.type() !== "log" && console.log(name, message.type(), message.text()),
  );
  page.on("pageerror", (error) => console.log(name, "error", error.message));
  const shot = async (what) => {
    await page.waitForTimeout(350);
    await page.screenshot({ path: `${folder}/${what}-${name}.png` });
  };
  await page.goto(address);
  await page.getByText("Ada Moreno").waitFor();
  await shot("first");
  await page.getByText("Ada Moreno").click();
  await page.getByRole("heading", { name: "Hello, Ada" }).waitFor();
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
]) {
  const visitor = await visit(name, options);
  for (const place of process.env.PLACES?.split(",") ?? [
    "Matches",
    "Opportunities",
    "Coach",
    "Profile",
    "Settings",
  ]) {
    await visitor.page
      .getByRole("navigation")
      .getByRole("link", {
        name: place === "Opportunities" && name === "phone" ? "Open" : place,
        exact: true,
      })
      .locator("visible=true")
      .click();
    await visitor.page.waitForTimeout(500);
    await visitor.shot(place.toLowerCase());
  }
  await visitor.context.close();
}
await browser.close();
