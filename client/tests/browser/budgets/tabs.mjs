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
 * Keeps what the page subscribes to, for `Network.say`: `feed()` has the id of its live lists, what came of them first,
 * and the ids of replies that it would follow. Of these the API hears nothing.
 */
export async function subscriptionsOf(page) {
  await page.addInitScript(() => {
    const feed = { id: null, initial: null, replies: [] };
    globalThis.feed = feed;
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (text) {
      const { type, id, payload } = JSON.parse(text);
      if (type !== "subscribe") return send.call(this, text);
      if ("messageId" in payload.variables) return void feed.replies.push(id);
      feed.id = id;
      const first = ({ data }) => {
        const changes = JSON.parse(data).payload?.data?.changes;
        if (changes?.reason !== "INITIAL") return;
        feed.initial = changes;
        this.removeEventListener("message", first);
      };
      this.addEventListener("message", first);
      return send.call(this, text);
    };
  });
  return () => page.evaluate(() => globalThis.feed);
}

export const next = (id, data) => JSON.stringify({ id, type: "next", payload: { data } });
