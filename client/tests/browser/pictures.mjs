// Pictures of every page in light, dark and at 360 px, compressed, for the documentation.
//   node tests/browser/pictures.mjs FOOTHOLD DATA FOLDER
import { mkdirSync, writeFileSync } from "node:fs";
import { Demo } from "./demo.mjs";
import { enter, fill, open, pagesOf, visitorOf } from "./pages.mjs";
import { launched } from "./support.mjs";

const [foothold, data, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

async function picture(page, name) {
  const session = await page.context().newCDPSession(page);
  await page.evaluate(() => document.activeElement?.blur());
  const { data: image } = await session.send("Page.captureScreenshot", { format: "webp", quality: 60 });
  await session.detach();
  const content = Buffer.from(image, "base64");
  writeFileSync(`${folder}/${name}.webp`, content);
  return content.length;
}

const demo = new Demo(foothold, data);
const [browser] = await Promise.all([launched(), demo.start()]);
let bytes = 0;
let count = 0;
try {
  const action = await fill(browser, demo.address, async (page) => {
    bytes += await picture(page, "undo-light");
  });
  const pages = pagesOf(demo.address, action);
  for (const screen of ["light", "dark", "360"]) {
    const page = await visitorOf(browser, demo.address, screen);
    bytes += await picture(page, `first-visit-${screen}`);
    await enter(page);
    for (const one of pages) {
      await open(page, one);
      bytes += await picture(page, `${one.name}-${screen}`);
    }
    count += pages.length + 1;
    await page.context().close();
  }
} finally {
  await browser.close();
  await demo.kill();
}
console.log(`${count + 1} pictures, ${Math.round(bytes / 1_000)} kB in ${folder}`);
