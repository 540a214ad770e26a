// Two tabs in Chromium change the same person's actions while the server is killed again and again.
//   node tests/browser/faults.mjs FOOTHOLD FOLDER [ROUNDS]
// Fails if a tab ends different from the API, a click is lost or shows its old state again, or a draft is lost.
import { chromium } from "playwright-core";
import { Demo } from "./demo.mjs";

const [foothold, folder, rounds = "6"] = process.argv.slice(2);
const demo = new Demo(foothold, folder);

const shown = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("article[aria-labelledby]")]
      .map(
        (card) =>
          `${card.querySelector("h3").innerText}: ${card.querySelector("button")?.innerText.split("\n")[0]} ${/Unsave/.test(card.innerText)}`,
      )
      .toSorted(),
  );
const until = async (what, check) => {
  for (
    let end = Date.now() + 60_000;
    Date.now() < end;
    await new Promise((resolve) => setTimeout(resolve, 100))
  ) {
    if (await check()) return;
  }
  throw new Error(`never: ${what}`);
};

await demo.start();
const { address } = demo;
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const context = await browser.newContext();
  const tabs = [await context.newPage(), await context.newPage()];
  await tabs[0].goto(address);
  await tabs[0].getByText("Ada Moreno").click();
  await tabs[0].locator("#refresh").click();
  await tabs[0].getByRole("button", { name: /^Save/ }).nth(2).waitFor();
  await tabs[0].locator("#refresh", { hasText: /^Refresh$/ }).waitFor({ timeout: 60_000 });
  await tabs[1].goto(address);
  await tabs[1].getByRole("button", { name: /^Save/ }).nth(2).waitFor();
  for (let round = 0; round < Number(rounds); round++) {
    const page = tabs[round % 2];
    const title = await page
      .locator("article h3")
      .nth(round % 3)
      .innerText();
    const card = page.locator("article", { hasText: title });
    const saved = (await card.innerText()).includes("Unsave");
    const [from, to] = saved ? ["Unsave", "Save"] : ["Save", "Unsave"];
    if (round % 2 === 0) await demo.kill();
    await card.getByRole("button", { name: new RegExp(`^${from}`) }).click();
    if (round % 2 === 1) await demo.kill();
    const seen = [];
    const look = setInterval(
      () =>
        void card.innerText().then(
          (text) => seen.push(text.includes(to)),
          () => seen.push(null),
        ),
      40,
    );
    await card.getByRole("button", { name: new RegExp(`^${to}`) }).waitFor({ timeout: 1_000 });
    seen.length = 0;
    await demo.start();
    for (const tab of tabs)
      await until("live again", () => tab.getByText("Live", { exact: true }).isVisible());
    await until(
      "both tabs show it",
      async () => JSON.stringify(await shown(tabs[0])) === JSON.stringify(await shown(tabs[1])),
    );
    await until("nothing is left to send", async () => !(await page.getByText(/to send/).isVisible()));
    clearInterval(look);
    if (seen.includes(false)) throw new Error(`round ${round}: the click showed its old state again`);
    console.log(`round ${round}: ${from} of “${title}” held, ${seen.length} looks`);
  }
  await tabs[0].goto(`${address}/coach`);
  await tabs[0].getByRole("textbox").fill("Half a thought");
  await tabs[0].waitForTimeout(500);
  await tabs[0].reload();
  await until(
    "the draft is there",
    async () => (await tabs[0].getByRole("textbox").inputValue()) === "Half a thought",
  );
  // What the tabs show is what a new visitor gets.
  const fresh = await (await browser.newContext()).newPage();
  await fresh.goto(address);
  await fresh.getByText("Ada Moreno").click();
  await fresh.getByRole("button", { name: /^Save/ }).first().waitFor();
  await until(
    "a new visitor sees the same",
    async () => JSON.stringify(await shown(fresh)) === JSON.stringify(await shown(tabs[1])),
  );
  console.log("equal");
} finally {
  await browser.close();
  await demo.kill();
}
