import { live, refreshed, signIn, tabOf } from "./support.mjs";

/** Screens in which every page must be right. Zoom to 400 % leaves a screen of 1280 px with 320. */
export const SCREENS = {
  light: { viewport: { width: 1280, height: 860 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 860 }, colorScheme: "dark" },
  360: { viewport: { width: 360, height: 740 }, colorScheme: "light", hasTouch: true, isMobile: true },
  zoomed: { viewport: { width: 320, height: 256 }, colorScheme: "dark" },
};

/**
 * Does what gives every page something to show, as Ada. Returns the address of the action that was talked about.
 * `undoable` sees the page while what was just done can still be undone.
 */
export async function fill(browser, address, undoable = () => undefined) {
  const page = await tabOf(browser);
  await signIn(page, address, "Ada");
  await refreshed(page);
  await page
    .getByRole("button", { name: /^Save: / })
    .first()
    .click();
  await page
    .getByRole("button", { name: /^Start: / })
    .first()
    .click();
  await page
    .getByRole("button", { name: /^I did it: / })
    .first()
    .click();
  await page.getByRole("button", { name: /^Undo/ }).waitFor();
  await undoable(page);
  await page.getByRole("link", { name: "Look back on it" }).click();
  await page.getByRole("textbox", { name: /What did you do/ }).focus();
  await page.getByText("One moment").waitFor({ state: "detached" });
  await talk(
    page,
    "I wrote an evaluation harness in Python for a small model, and learned Rust for it. I met two people of the reading group.",
  );
  await page.getByRole("button", { name: "See what I learned" }).click();
  await page.getByRole("button", { name: "Add to profile" }).first().click();
  await page.getByText("Your profile has grown").waitFor();
  const action = page.url();
  await page.goto(`${address}/matches`);
  for (const stage of ["Applied", "They said no"]) {
    await page
      .getByRole("button", { name: /^Track: / })
      .first()
      .click();
    await page
      .getByRole("link", { name: /^In your applications/ })
      .first()
      .click();
    const card = page.getByRole("region", { name: "Interested" }).getByRole("article").first();
    await card.getByRole("button", { name: /^Move to…/ }).click();
    await card.getByRole("button", { name: stage, exact: true }).click();
    await page.goBack();
  }
  await page
    .getByRole("button", { name: /^Track: / })
    .first()
    .click();
  await page.goto(`${address}/coach`);
  await live(page).waitFor();
  await talk(page, "I would like to learn more about evaluations, and I have ten hours a week for it.");
  await page.getByRole("button", { name: "See what I learned" }).click();
  await page
    .getByText(/to decide on/)
    .first()
    .waitFor();
  await page.context().close();
  return action;
}

async function talk(page, words) {
  await page.getByRole("textbox").fill(words);
  await page.keyboard.press("Enter");
  await page.locator("[role=log][aria-busy=true]").waitFor();
  await page.locator("[role=log][aria-busy=false]").waitFor();
}

/** Each page with what must be there before it is looked at. */
export const pagesOf = (address, action) => [
  { name: "home", url: address, ready: (page) => page.getByRole("heading", { name: "To decide" }) },
  { name: "action", url: action, ready: (page) => page.getByRole("button", { name: "Take it back" }) },
  { name: "coach", url: `${address}/coach`, ready: (page) => page.getByText("See what I learned") },
  { name: "matches", url: `${address}/matches`, ready: (page) => page.getByRole("article") },
  { name: "opportunities", url: `${address}/opportunities`, ready: (page) => page.getByRole("article") },
  {
    name: "applications",
    url: `${address}/applications`,
    ready: (page) => page.getByRole("region", { name: "Closed" }).getByRole("article"),
  },
  { name: "profile", url: `${address}/profile`, ready: (page) => page.getByText("Add position") },
  { name: "settings", url: `${address}/settings`, ready: (page) => page.getByLabel(/to confirm/) },
];

/** Comes to the page in a browser of its own; the first visit is the page without a person. */
export async function visitorOf(browser, address, screen) {
  const page = await tabOf(browser, SCREENS[screen]);
  await page.goto(address);
  await page.getByText("Ada Moreno").waitFor();
  await still(page);
  return page;
}

export async function enter(page) {
  await page.getByText("Ada Moreno").click();
  await page.getByRole("heading", { level: 1, name: "Hello, Ada" }).waitFor();
}

export async function open(page, { url, ready }) {
  await page.goto(url);
  await live(page).waitFor();
  await ready(page).first().waitFor();
  await still(page);
}

/** Nothing moves any more, and nothing is loading. */
export const still = (page) =>
  page.waitForFunction(
    () =>
      document.querySelector("[aria-label=Loading]") === null &&
      document.getAnimations().every((one) => one.playState !== "running"),
  );
