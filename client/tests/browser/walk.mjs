// Looks at every page of the client in Chromium on a demo of its own: light, dark, 360 px, and 320 px as at a zoom of
// 400 %. Fails where axe finds something, the page is wider than the screen, the console complains, the keyboard gets
// stuck, or the accessibility tree lacks what it must tell.
//   node tests/browser/walk.mjs FOOTHOLD DATA [TREES]        TREES: a folder for the trees, to be read
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Demo } from "./demo.mjs";
import { enter, fill, open, pagesOf, SCREENS, still, visitorOf } from "./pages.mjs";
import { launched } from "./support.mjs";
import { EXPECTED, treeOf, wrongOf } from "./tree.mjs";

const [foothold, data, trees] = process.argv.slice(2);
const axe = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const problems = [];
let looks = 0;

async function look(page, where) {
  looks++;
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, nodes } of violations)
    problems.push(`${where}: ${id} ${nodes.map((node) => node.target).join(" ")}`);
  if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
    problems.push(`${where}: #7 wider than the screen`);
}

/** Tab goes through everything that can be clicked, sees where it is, and comes out at the end. */
async function tabThrough(page, where) {
  const count = await page.evaluate(() => {
    document.activeElement?.blur();
    const all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
    const seen = [...document.querySelectorAll(all)].filter(
      (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled,
    );
    for (const one of seen) one.dataset.unreached = "";
    return seen.length;
  });
  for (let step = 0; step <= count; step++) {
    await page.keyboard.press("Tab");
    const covered = await page.evaluate(() => {
      const one = document.activeElement;
      if (one === null || one === document.body) return null;
      delete one.dataset.unreached;
      const { left, top, width, height } = one.getBoundingClientRect();
      const [x, y] = [left + width / 2, Math.min(Math.max(top + height / 2, top), innerHeight - 1)];
      const above = document.elementFromPoint(x, y);
      if (height > innerHeight || width < 2 || y < 0) return null;
      return above === null ||
        one.contains(above) ||
        above.contains(one) ||
        above.closest("label")?.contains(one)
        ? null
        : `${one.outerHTML.slice(0, 80)} under ${above.outerHTML.slice(0, 80)}`;
    });
    if (covered !== null) problems.push(`${where}: the focus is covered: ${covered}`);
  }
  const left = await page.evaluate(() =>
    [...document.querySelectorAll("[data-unreached]")].map((one) => one.outerHTML.slice(0, 100)),
  );
  for (const one of left) problems.push(`${where}: Tab does not reach ${one}`);
}

async function readTree(page, name) {
  const tree = await treeOf(page);
  for (const wrong of wrongOf(tree)) problems.push(`${name}, tree: ${wrong}`);
  for (const wanted of EXPECTED[name] ?? []) {
    if (!tree.some((node) => wanted.test(`${node.role} ${node.name}`.trim())))
      problems.push(`${name}, tree: no ${wanted}`);
  }
  if (trees === undefined) return;
  mkdirSync(trees, { recursive: true });
  const lines = tree
    .filter(({ role }) => !["StaticText", "InlineTextBox", "generic", "none"].includes(role))
    .map(({ role, name: words, level, live, busy }) =>
      [role, level, words, live && `live ${live}`, busy && "busy"].filter(Boolean).join(" · "),
    );
  writeFileSync(`${trees}/${name}.txt`, `${lines.join("\n")}\n`);
}

const demo = new Demo(foothold, data);
const [browser] = await Promise.all([launched(), demo.start()]);
try {
  const pages = pagesOf(demo.address, await fill(browser, demo.address));
  for (const screen of Object.keys(SCREENS)) {
    const page = await visitorOf(browser, demo.address, screen);
    await look(page, `first visit, ${screen}`);
    await enter(page);
    for (const one of pages) {
      const where = `${one.name}, ${screen}`;
      await open(page, one);
      await look(page, where);
      if (screen === "light") await readTree(page, one.name);
      if (screen === "light" || screen === "360") await tabThrough(page, where);
    }
    await open(
      page,
      pages.find(({ name }) => name === "profile"),
    );
    await page.emulateMedia({ media: "print" });
    if (!(await page.getByRole("article", { name: "Résumé" }).isVisible()))
      problems.push("no résumé is printed");
    for (const role of ["navigation", "banner", "button", "textbox"]) {
      if ((await page.getByRole(role).count()) > 0) problems.push(`a ${role} is printed`);
    }
    await look(page, `print, ${screen}`);
    await page.emulateMedia({ media: "screen" });
    await page
      .getByRole("button", { name: /^Edit: / })
      .first()
      .click();
    await look(page, `an entry, ${screen}`);
    await page.goto(`${demo.address}/matches`);
    await page.getByText("What speaks for it").first().click();
    await still(page);
    await look(page, `a match, ${screen}`);
    await page.keyboard.press("Escape");
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await look(page, `keys, ${screen}`);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.goto(`${demo.address}/actions/unknown`);
    await page.getByText("Not here any more").waitFor();
    await look(page, `no such action, ${screen}`);
    for (const complaint of page.complaints) problems.push(`${screen}: ${complaint}`);
    await page.context().close();
  }
} finally {
  await browser.close();
  await demo.kill();
}
console.log(problems.join("\n") || `${looks} looks, nothing found`);
process.exitCode = problems.length === 0 ? 0 : 1;
