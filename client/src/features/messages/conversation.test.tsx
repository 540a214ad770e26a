import { act, fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { ChatDocument, MessagesDocument, SendMessageDocument, StopReplyDocument } from "@/gql/graphql";
import { message, profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { ConversationPanel } from "./ConversationPanel";

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile());
  at.wire.answer(MessagesDocument, () => ({
    messages: { edges: [], pageInfo: { hasNextPage: false, endCursor: null } },
  }));
  at.wire.answer(SendMessageDocument, () => ({ sendMessage: { __typename: "SendMessagePayload" } }));
  return () => at.close();
});

const panel = <ConversationPanel scope={{ profileId: "profile" }} label="Write" opening={<p>Hello.</p>} />;
const reply = (changes: Parameters<typeof message>[0] = {}) =>
  message({
    id: "reply",
    role: "ASSISTANT",
    text: "",
    messageStatus: "RUNNING" as never,
    finishedAt: null,
    ...changes,
  });
const delta = (cursor: string, text: string) =>
  act(async () => at.wire.say(ChatDocument, { chat: { __typename: "ChatDelta", cursor, text } as never }));
const log = () => screen.getByRole("log");
const write = (text: string): void => {
  fireEvent.change(screen.getByLabelText("Write"), { target: { value: text } });
};

test("#13 a reload in mid-answer shows the whole reply, and a cut resumes behind the last character", async () => {
  at.wire.hold(message(), reply());
  await at.open(panel);
  await vi.waitFor(() => expect(at.wire.following(ChatDocument)).toHaveLength(1));
  await delta("1:5", "Well ");
  await within(log()).findByText("Well");
  act(() => at.wire.cut());
  at.wire.heal();
  await vi.waitFor(
    () => expect(at.wire.following(ChatDocument).map(({ after }) => after)).toEqual(["1:5"]),
    5_000,
  );
  await delta("1:9", "done");
  await within(log()).findByText("Well done");
  // A new tab has nothing: it asks for all of it.
  await at.open(panel);
  await vi.waitFor(() => expect(at.wire.following(ChatDocument).map(({ after }) => after)).toEqual([null]));
});

test("#15 what a reply says next touches its last line and nothing else", async () => {
  at.wire.hold(message(), reply());
  await at.open(panel);
  await vi.waitFor(() => expect(at.wire.following(ChatDocument)).toHaveLength(1));
  await delta("1:5", "One.\n\nTwo");
  await within(log()).findByText("Two");
  const touched: (string | null)[] = [];
  const observer = new MutationObserver((records) => {
    touched.push(...records.map(({ target }) => target.textContent));
  });
  observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
  await delta("1:9", " and a half");
  await within(log()).findByText("Two and a half");
  await vi.waitFor(() => expect(new Set(touched)).toEqual(new Set(["Two and a half"])));
  observer.disconnect();
});

test("a reply is announced when it begins and when it ends, and not with each word", async () => {
  at.wire.hold(message(), reply());
  await at.open(panel);
  const announced = () =>
    screen
      .getAllByRole("status")
      .map((one) => one.textContent)
      .join("|");
  await vi.waitFor(() => expect(at.wire.following(ChatDocument)).toHaveLength(1));
  await delta("1:5", "Well done");
  await within(log()).findByText("Well done");
  expect(log().getAttribute("aria-live")).toBe("off");
  expect(log().getAttribute("aria-busy")).toBe("true");
  expect(announced()).toContain("The coach is writing.");
  expect(announced()).not.toContain("Well");
  at.wire.emit([
    reply({ text: "Well done.", messageStatus: "COMPLETED", finishedAt: "2026-01-03T00:00:01Z", version: 2 }),
  ]);
  await vi.waitFor(() => expect(announced()).toContain("Coach: Well done."));
  expect(log().getAttribute("aria-busy")).toBe("false");
});

test("#15 a long conversation shows its end, and typing does not touch it", async () => {
  at.wire.hold(
    ...Array.from({ length: 150 }, (_, index) =>
      message({ id: `m${index}`, text: `Word ${index}.`, createdAt: new Date(index * 1_000).toISOString() }),
    ),
  );
  await at.open(panel);
  await within(log()).findByText("Word 149.");
  expect(within(log()).getAllByText(/^Word/)).toHaveLength(100);
  const touched = vi.fn();
  const observer = new MutationObserver(touched);
  observer.observe(log(), { childList: true, subtree: true, characterData: true, attributes: true });
  write("I type");
  write("I type on");
  expect(observer.takeRecords()).toEqual([]);
  expect(touched).not.toHaveBeenCalled();
});

test("#1 what was not sent is there after the tab was killed, and is sent once", async () => {
  await at.open(panel);
  write("Half a thought");
  await at.open(panel);
  await screen.findByDisplayValue("Half a thought");
  const asked = () => at.wire.askedFor(SendMessageDocument);
  at.wire.answer(SendMessageDocument, () => {
    throw new TypeError("no network");
  });
  const send = (): void => {
    fireEvent.keyDown(screen.getByLabelText("Write"), { key: "Enter" });
  };
  send();
  await screen.findByText("Foothold cannot be reached.");
  expect(screen.getByDisplayValue("Half a thought")).toBeDefined();
  at.wire.answer(SendMessageDocument, () => ({ sendMessage: { __typename: "SendMessagePayload" } }));
  send();
  await vi.waitFor(() => expect(screen.queryByDisplayValue("Half a thought")).toBeNull());
  // The answer may have been lost after the message had come: both have the same id.
  expect(new Set(asked().map(({ mutationId }) => mutationId)).size).toBe(1);
  expect(asked()).toHaveLength(2);
});

test("Shift and Enter begin a line, Escape stops the coach", async () => {
  at.wire.answer(StopReplyDocument, () => ({ stopReply: { __typename: "StopReplyPayload" } }));
  at.wire.hold(message(), reply());
  await at.open(panel);
  await screen.findByText("Stop");
  write("More");
  fireEvent.keyDown(screen.getByLabelText("Write"), { key: "Enter", shiftKey: true });
  expect(at.wire.askedFor(SendMessageDocument)).toEqual([]);
  fireEvent.keyDown(screen.getByLabelText("Write"), { key: "Escape" });
  await vi.waitFor(() => expect(at.wire.askedFor(StopReplyDocument)).toEqual([{ messageId: "reply" }]));
});
