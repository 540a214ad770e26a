// Eight journeys of people through the client, in Chromium on a demo of its own. `make test` runs them.
//   node --test tests/browser/journeys.mjs        with FOOTHOLD (the command) and FOOTHOLD_DATA (an empty folder)
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { Demo } from "./demo.mjs";
import { Network } from "./network.mjs";
import { launched, live, newTab, refreshed, signIn, tabOf, until } from "./support.mjs";

const { FOOTHOLD: foothold, FOOTHOLD_DATA: folder } = process.env;
const demo = new Demo(foothold, folder);
let browser;
let network;

before(async () => {
  [browser] = await Promise.all([launched(), demo.start()]);
  network = new Network(demo.port);
  await network.start();
});
after(async () => {
  network?.stop();
  await browser?.close();
  await demo.kill();
});

const focused = (page) => page.evaluate(() => document.activeElement?.textContent ?? "");
const titles = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("article h3")]
      .map((title) => `${title.closest("div").querySelector("h3").textContent}: ${title.textContent}`)
      .toSorted(),
  );

let ada;
let talking;

// Two people at a time: most of a journey is waiting.
describe("journeys", { concurrency: 2 }, () => {
  describe("of one person", { concurrency: 1 }, () => {
    test("from the first visit to a saved action, by keyboard alone", async () => {
      ada = await tabOf(browser);
      await ada.goto(demo.address);
      await ada.getByText("Ada Moreno").waitFor();
      await ada.keyboard.press("1");
      await live(ada).waitFor();
      await ada.getByRole("button", { name: "Find my matches" }).waitFor();
      await ada.keyboard.press("r");
      await ada
        .getByRole("button", { name: /^Save: / })
        .first()
        .waitFor();
      await ada.locator("#refresh", { hasText: /^Refresh$/ }).waitFor();
      await ada.keyboard.press("j");
      await ada.keyboard.press("s");
      await ada.getByRole("heading", { name: "Saved (1)" }).waitFor();
      await until("it is sent", async () => !(await ada.getByText(/to send/).isVisible()));
      // Another device has it.
      const other = await tabOf(browser);
      await signIn(other, demo.address, "Ada");
      await other.getByRole("heading", { name: "Saved (1)" }).waitFor();
      await other.context().close();
      assert.deepEqual(ada.complaints, []);
    });

    test("two tabs show the same, whichever changes it", async () => {
      const second = await newTab(ada.context());
      await second.goto(demo.address);
      await second.getByRole("heading", { name: "Saved (1)" }).waitFor();
      await ada
        .getByRole("button", { name: /^Save: / })
        .first()
        .click();
      await second.getByRole("heading", { name: "Saved (2)" }).waitFor();
      await second
        .getByRole("button", { name: /^Unsave: / })
        .first()
        .click();
      await ada.getByRole("heading", { name: "Saved (1)" }).waitFor();
      assert.deepEqual(await titles(ada), await titles(second));
      await second.close();
    });

    test("#2 a session that ends leaves what was typed", async () => {
      await ada.getByRole("navigation").getByRole("link", { name: "Coach" }).locator("visible=true").click();
      await ada.getByRole("textbox").fill("Half a thought");
      await until("it is on the device", () =>
        ada.evaluate(async () => {
          const [{ name }] = await indexedDB.databases();
          const open = indexedDB.open(name);
          await new Promise((resolve) => (open.onsuccess = resolve));
          const all = open.result.transaction("drafts").objectStore("drafts").getAll();
          await new Promise((resolve) => (all.onsuccess = resolve));
          open.result.close();
          return all.result.includes("Half a thought");
        }),
      );
      const env = { ...process.env, FOOTHOLD_DATA: folder };
      await promisify(execFile)(foothold, ["revoke", "--user", "ada"], { env });
      await ada.getByText("Your sign-in has ended").waitFor();
      assert.equal(await ada.getByRole("textbox").inputValue(), "Half a thought");
      // A token that is made in the second of the revocation is dead as well: then the page is asked for another.
      await until("a new sign-in is good", async () => {
        if (await ada.getByText("This token is not accepted").isVisible()) await ada.reload();
        return ada.evaluate(() => {
          const buttons = [...document.querySelectorAll("button:enabled")];
          buttons.find((one) => /^A\s*Ada|Sign in again/.test(one.innerText))?.click();
          const states = [...document.querySelectorAll("[role=status]")].map((one) => one.innerText.trim());
          return states.includes("Live") && document.querySelector("textarea")?.value === "Half a thought";
        });
      });
    });
  });

  describe("of others", { concurrency: 1 }, () => {
    test("an action is completed, talked about and learned from, by keyboard alone", async () => {
      const page = (talking = await tabOf(browser));
      await signIn(page, demo.address, "Chioma");
      await refreshed(page);
      await page.keyboard.press("j");
      await page.keyboard.press("x");
      await page.getByRole("heading", { name: "In progress (1)" }).waitFor();
      await page.keyboard.press("e");
      await page.getByRole("heading", { name: "Done: look back on it (1)" }).waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Look back on it" }).waitFor();
      assert.notEqual(await focused(page), "");
      const box = page.getByRole("textbox", { name: /What did you do/ });
      for (let steps = 0; !(await box.evaluate((node) => node === document.activeElement)); steps++) {
        assert.ok(steps < 20, "the composer is a few Tabs away");
        await page.keyboard.press("Tab");
      }
      await page.getByText("One moment").waitFor({ state: "detached" });
      await page.keyboard.type("I wrote a small tool in Rust for it, and learned Rust.");
      await page.keyboard.press("Enter");
      const log = page.getByRole("log");
      await page.locator("[role=log][aria-busy=true]").waitFor();
      await page.locator("[role=log][aria-busy=false]").waitFor();
      assert.match(await log.innerText(), /learned Rust/);
      await page.getByRole("button", { name: "See what I learned" }).focus();
      await page.keyboard.press("Enter");
      const learned = page.getByRole("listitem", { name: "Skill: Rust" });
      await learned.waitFor();
      for (let steps = 0; !(await learned.evaluate((node) => node === document.activeElement)); steps++) {
        assert.ok(steps < 20, "the learning is a few j away");
        await page.evaluate(() => document.activeElement.blur());
        for (let count = 0; count <= steps; count++) await page.keyboard.press("j");
      }
      await page.keyboard.press("a");
      await learned.getByText("In your profile").waitFor();
      await page.getByText("Your profile has grown").waitFor();
      await page.keyboard.press("g");
      await page.keyboard.press("p");
      await page.getByRole("listitem", { name: "Rust", exact: true }).waitFor();
      assert.deepEqual(page.complaints, []);
    });

    test("#14 whoever reads further up is not moved while the coach writes", async () => {
      await talking.goBack();
      await talking.setViewportSize({ width: 1280, height: 420 });
      const log = talking.getByRole("log");
      const said = log.getByText(/learned Rust/).first();
      await said.waitFor();
      const height = () => log.evaluate((node) => node.scrollHeight);
      const top = () =>
        said.evaluate((node) => {
          const box = node.closest("[role=log]").getBoundingClientRect();
          return node.getBoundingClientRect().top - box.top;
        });
      await talking.getByRole("textbox", { name: /What did you do/ }).fill("It also has tests now.");
      await talking.keyboard.press("Enter");
      await talking.locator("[role=log][aria-busy=true]").waitFor();
      const began = await height();
      await log.evaluate((node) => (node.scrollTop = -node.scrollHeight));
      const place = await top();
      await talking.locator("[role=log][aria-busy=false]").waitFor();
      assert.ok((await height()) > began, "the reply has grown below");
      assert.ok(Math.abs((await top()) - place) < 1, "less than a pixel, which is rounded");
      await talking.context().close();
    });

    test("a résumé is imported after a look at what it changes", async () => {
      const page = await tabOf(browser);
      await signIn(page, demo.address, "Dana");
      await page.goto(`${demo.address}/profile`);
      const skills = page.getByRole("list", { name: "Skills" }).getByRole("listitem");
      await skills.first().waitFor();
      const held = await skills.count();
      const resume = { basics: { name: "Dana Imported" }, skills: [{ name: "Bookbinding" }] };
      await page.getByLabel("Or paste it").fill(JSON.stringify(resume));
      await page.getByRole("button", { name: "See what would change" }).click();
      await page.getByText("This removes most of your profile").waitFor();
      assert.equal(await page.getByRole("button", { name: "Import it" }).isDisabled(), true);
      assert.equal(await skills.count(), held);
      await page.getByLabel(/This removes most/).check();
      await page.getByRole("button", { name: "Import it" }).click();
      await page.getByText("Imported.").waitFor();
      await page.getByRole("listitem", { name: "Bookbinding" }).waitFor();
      assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Dana Imported");
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });

    test("what is changed offline waits on the device, and is sent", async () => {
      const page = await tabOf(browser);
      await signIn(page, network.address, "Ben");
      await refreshed(page);
      network.cut();
      await page.getByText(/^(Reconnecting|Offline)/).waitFor();
      await page
        .getByRole("button", { name: /^Save: / })
        .first()
        .click();
      await page.getByRole("heading", { name: "Saved (1)" }).waitFor();
      await page.getByText("1 change to send").waitFor();
      const profile = page.getByRole("navigation").getByRole("link", { name: "Profile" });
      await profile.locator("visible=true").click();
      await page.getByLabel("Name", { exact: true }).fill("Ben Offline");
      await page.getByText("Kept on this device, saved when you are online").waitFor();
      await page.getByRole("navigation").getByRole("link", { name: "Home" }).locator("visible=true").click();
      await page.getByRole("heading", { name: "Saved (1)" }).waitFor();
      network.heal();
      await page.getByRole("button", { name: "Try now" }).click();
      await until("nothing is left to send", async () => !(await page.getByText(/to send/).isVisible()));
      const other = await tabOf(browser);
      await other.goto(demo.address);
      await other.getByRole("button", { name: /^Ben/ }).click();
      await other.getByRole("heading", { level: 1, name: "Hello, Ben" }).waitFor();
      await other.getByRole("heading", { name: "Saved (1)" }).waitFor();
      await other.goto(`${demo.address}/profile`);
      await until(
        "the API has the name",
        async () => (await other.getByLabel("Name", { exact: true }).inputValue()) === "Ben Offline",
      );
      await other.context().close();
      await page.context().close();
    });

    test("who deletes the account leaves nothing behind", async () => {
      const page = await tabOf(browser);
      await signIn(page, demo.address, "Elif");
      await page
        .getByRole("navigation")
        .getByRole("link", { name: "Settings" })
        .locator("visible=true")
        .click();
      await page.getByLabel(/to confirm/).fill("not this");
      await page.getByRole("button", { name: "Delete everything" }).click();
      await page
        .getByRole("alert")
        .getByText(/to confirm/)
        .waitFor();
      await page.getByLabel(/to confirm/).fill("delete");
      await page.getByRole("button", { name: "Delete everything" }).click();
      await page.getByRole("heading", { name: "Find your next foothold" }).waitFor();
      await until("the device has forgotten", () =>
        page.evaluate(async () => {
          for (const { name } of await indexedDB.databases()) {
            const open = indexedDB.open(name);
            await new Promise((resolve) => (open.onsuccess = resolve));
            for (const store of open.result.objectStoreNames) {
              const count = open.result.transaction(store).objectStore(store).count();
              await new Promise((resolve) => (count.onsuccess = resolve));
              if (count.result > 0) return false;
            }
            open.result.close();
          }
          return localStorage.getItem("foothold.person") === null;
        }),
      );
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  });
});

test("a server that is killed is followed by the next, and no click is lost", async () => {
  await ada.getByRole("navigation").getByRole("link", { name: "Home" }).locator("visible=true").click();
  await ada.getByRole("heading", { name: "Saved (1)" }).waitFor();
  const loads = [];
  ada.on("load", () => loads.push("load"));
  await demo.kill();
  await ada
    .getByRole("button", { name: /^Save: / })
    .first()
    .click();
  await ada.getByRole("heading", { name: "Saved (2)" }).waitFor();
  await demo.start();
  await live(ada).waitFor();
  await until("nothing is left to send", async () => !(await ada.getByText(/to send/).isVisible()));
  assert.equal(await ada.getByRole("heading", { name: "Saved (2)" }).isVisible(), true);
  const other = await tabOf(browser);
  await signIn(other, demo.address, "Ada");
  await other.getByRole("heading", { name: "Saved (2)" }).waitFor();
  assert.deepEqual(await titles(other), await titles(ada));
  assert.deepEqual(loads, []);
});
