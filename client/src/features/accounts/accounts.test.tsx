import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { DeleteMyAccountDocument, ExportMyDataDocument, ViewerDocument } from "@/gql/graphql";
import { useConnection } from "@/sync/hooks";
import { ApiError } from "@/sync/api";
import { profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import FirstVisit from "./FirstVisit";
import { AccountSettings } from "./SettingsPanel";

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile());
  return () => at.close();
});

const deletion = () => at.wire.askedFor(DeleteMyAccountDocument);
const remove = (word: string): void => {
  fireEvent.change(screen.getByLabelText(/to confirm/), { target: { value: word } });
  fireEvent.submit(screen.getByLabelText(/to confirm/).closest("form")!);
};

test("#9 what went wrong at the door has its own sentence and next step", async () => {
  await at.open(<FirstVisit />);
  const enter = (): void => {
    fireEvent.change(screen.getByLabelText("Your token"), { target: { value: "Bearer abc" } });
    fireEvent.submit(screen.getByLabelText("Your token").closest("form")!);
  };
  await screen.findByLabelText("Your token");
  at.wire.answer(ViewerDocument, () => {
    throw new ApiError("UNAUTHENTICATED", "No.");
  });
  enter();
  expect((await screen.findByRole("alert")).textContent).toContain("make a new one");
  at.wire.cut();
  enter();
  await screen.findByText("Foothold cannot be reached. Is it running?");
  at.wire.heal();
  at.wire.answer(ViewerDocument, () => ({ viewer: { id: "somebody", profile: null } }));
  enter();
  await vi.waitFor(() => expect(at.session.getSnapshot()?.viewerId).toBe("somebody"));
  expect(at.session.getSnapshot()?.token).toBe("abc");
});

test("an account is deleted only after the word, and the person is signed out", async () => {
  at.wire.answer(DeleteMyAccountDocument, () => ({
    deleteMyAccount: { __typename: "DeleteMyAccountPayload" },
  }));
  await at.open(<AccountSettings />);
  remove("yes");
  await screen.findByRole("alert");
  expect(deletion()).toEqual([]);
  remove("Delete ");
  await vi.waitFor(() => expect(at.session.getSnapshot()).toBeNull());
  expect(deletion()).toEqual([{ confirmation: at.person.viewerId }]);
});

test("an export puts its pages together", async () => {
  at.wire.answer(ExportMyDataDocument, ({ after }) => ({
    exportMyData: after
      ? { data: { messages: [2], profile: null }, nextCursor: null }
      : { data: { messages: [1] }, nextCursor: "next" },
  }));
  const saved: Blob[] = [];
  URL.createObjectURL = (blob) => {
    saved.push(blob as Blob);
    return "blob:test";
  };
  await at.open(<AccountSettings />);
  fireEvent.click(screen.getByText("Download"));
  await screen.findByText("Saved as foothold.json.");
  expect(JSON.parse(await saved[0]!.text())).toEqual({ messages: [1, 2], profile: null });
});

test("#2 a session that ends says so, and nothing on the device goes with it", async () => {
  const State = () => useConnection().kind;
  const sync = await at.open(<State />);
  await sync.cache.saveDraft("message:coach", "Half a thought");
  act(() => at.wire.cut(4403));
  await screen.findByText("signed-out");
  act(() => at.session.signOut(true));
  expect(await sync.cache.draft("message:coach")).toBe("Half a thought");
});
