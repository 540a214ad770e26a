import fc from "fast-check";
import { expect, test } from "vitest";
import { applyEvent, type ReplyState } from "./reply";

type Event = Parameters<typeof applyEvent>[1];
const delta = (text: string): Event => ({ __typename: "ChatDelta", cursor: "1:1", text });
const reset: Event = { __typename: "ChatReset", attempt: 2 };
const saved = { id: "1", text: "saved", status: "STOPPED", attempt: 1 } as const;
const stopped: Event = { __typename: "ChatStopped", saved };
const start: ReplyState = { text: "", end: null };

test("the text is what came after the last reset, and what is saved at the end", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string().map(delta), fc.constant(reset))), (events) => {
      const last = events.findLastIndex((event) => event.__typename === "ChatReset");
      const wanted = events
        .slice(last + 1)
        .map((event) => (event.__typename === "ChatDelta" ? event.text : ""));
      const shown = events.reduce(applyEvent, start);
      expect(shown).toEqual({ text: wanted.join(""), end: null });
      expect(applyEvent(shown, stopped)).toEqual({ text: "saved", end: stopped });
    }),
  );
});

test("nothing follows the end", () => {
  const ended = applyEvent(start, stopped);
  for (const event of [delta("more"), reset, stopped]) expect(applyEvent(ended, event)).toBe(ended);
});
