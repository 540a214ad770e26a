import { tabOf } from "../support.mjs";

/** A tab of a browser of its own in which somebody is signed in. Its service worker would answer for the network. */
export async function tabAs(browser, address, person, options = {}) {
  const page = await tabOf(browser, { serviceWorkers: "block", ...options });
  await page.addInitScript((value) => localStorage.setItem("foothold.person", value), person);
  return page;
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
export const round = (value) => Math.round(value * 10) / 10;

/**
 * Stands in the page's websocket: passes everything on, and says more than the server does. `events` has the id of the
 * list's subscription and what came first.
 */
export async function feeder(page, { swallow = () => false } = {}) {
  const feed = { id: null, initial: null, swallowed: [], tell: () => undefined };
  await page.routeWebSocket(/\/graphql/, (near) => {
    const far = near.connectToServer();
    near.onMessage((text) => {
      const message = JSON.parse(text);
      if (message.type === "subscribe" && swallow(message)) feed.swallowed.push(message);
      else far.send(text);
    });
    far.onMessage((text) => {
      const message = JSON.parse(text);
      const changes = message.payload?.data?.changes;
      if (changes?.reason === "INITIAL") [feed.id, feed.initial] = [message.id, changes];
      near.send(text);
    });
    feed.tell = (id, data) => near.send(JSON.stringify({ id, type: "next", payload: { data } }));
  });
  return feed;
}
