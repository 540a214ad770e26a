import { act, fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import {
  CloseApplicationDocument,
  MarkAppliedDocument,
  RecordProgressDocument,
  RemoveApplicationDocument,
  TakeApplicationStepBackDocument,
  TrackOpportunityDocument,
  TrackPostingDocument,
} from "@/gql/graphql";
import { application, profile, step } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { ApplicationsPanel } from "./ApplicationsPanel";
import { TrackButton } from "./TrackButton";

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile());
  return () => at.close();
});

const board = <ApplicationsPanel view="board" onView={() => undefined} />;
const card = (): HTMLElement => screen.getByRole("article", { name: "Tool builder" });
const column = (name: string) => within(screen.getByRole("region", { name }));
const press = (name: string) => fireEvent.click(within(card()).getByRole("button", { name }));
const never = () => new Promise(() => undefined);

test("somebody without applications is told what to do", async () => {
  await at.open(board);
  await screen.findByText("Nothing is tracked yet");
  expect(screen.getByRole("link", { name: "See matches" })).toBeDefined();
});

test("#18 a card is moved by keys alone, with a note, and can be moved back", async () => {
  at.wire.hold(application());
  at.wire.answer(MarkAppliedDocument, never);
  const sync = await at.open(board);
  card().focus();
  fireEvent.keyDown(card(), { key: "m" });
  expect(document.activeElement?.textContent).toBe("Applied");
  fireEvent.change(screen.getByLabelText("How, or why not"), { target: { value: "by portal" } });
  fireEvent.change(screen.getByLabelText("When"), { target: { value: "2026-01-05" } });
  press("Applied");
  expect(column("Applied").getByText("Tool builder")).toBeDefined();
  await vi.waitFor(() => expect(document.activeElement?.id).toBe("application"));
  const [held] = sync.store.pending;
  expect(held?.variables["undo"]).toBe("Applied: “Tool builder”");
  act(() => void sync.outbox.undo(held!.mutationId));
  expect(column("Interested").getByText("Tool builder")).toBeDefined();
  expect(sync.store.pending).toEqual([]);
});

test("what cannot be undone any more is sent with all that was said", async () => {
  at.wire.hold(application({ stage: "INTERVIEWING", round: 1 }));
  at.wire.answer(RecordProgressDocument, never);
  const sync = await at.open(board);
  press("Move to…: Tool builder");
  fireEvent.change(screen.getByLabelText("Note"), { target: { value: "Two people" } });
  press("Interviews, round 2");
  act(() => sync.outbox.release());
  const wanted = { id: "application", stage: "INTERVIEWING", round: 2, note: "Two people" };
  await vi.waitFor(() => expect(at.wire.askedFor(RecordProgressDocument)).toMatchObject([wanted]));
  expect(card().textContent).toContain("Round 2");
});

test("a refused move goes back", async () => {
  at.wire.hold(application({ stage: "APPLIED" }));
  at.wire.answer(CloseApplicationDocument, () => ({
    closeApplication: {
      __typename: "NotAllowedNowError",
      message: "Closed already.",
      currentStatus: "CLOSED",
    },
  }));
  const sync = await at.open(board);
  press("Move to…: Tool builder");
  press("They said no");
  expect(column("Closed").getByText("They said no")).toBeDefined();
  act(() => sync.outbox.release());
  await column("Applied").findByText("Tool builder");
});

test("what others do comes by itself, and a card that left is gone", async () => {
  at.wire.hold(application());
  await at.open(board);
  const history = [step("INTERESTED"), step("APPLIED", { from: "INTERESTED" })];
  act(() => at.wire.emit([application({ stage: "APPLIED", history, version: 2 })], ["other.1"]));
  await column("Applied").findByText("Tool builder");
  expect(card().className).toContain("pulse-once");
});

test("the last step is taken back, and what was tracked by mistake is removed", async () => {
  at.wire.answer(TakeApplicationStepBackDocument, never);
  at.wire.answer(RemoveApplicationDocument, never);
  const history = [step("INTERESTED"), step("APPLIED", { from: "INTERESTED", channel: "portal" })];
  at.wire.hold(application({ stage: "APPLIED", history }));
  const sync = await at.open(board);
  const details = card().querySelector("details")!;
  details.open = true;
  fireEvent(details, new Event("toggle"));
  expect(card().textContent).toContain("Applied · portal");
  press("Take the last step back");
  expect(column("Interested").getByText("Tool builder")).toBeDefined();
  const again = card().querySelector("details")!;
  again.open = true;
  fireEvent(again, new Event("toggle"));
  press("Remove: Tool builder");
  expect(screen.queryByRole("article")).toBeNull();
  expect(sync.store.pending.map(({ operation }) => operation)).toEqual([
    "takeApplicationStepBack",
    "removeApplication",
  ]);
});

test("a card that is dropped where it cannot go stays, with the reason", async () => {
  at.wire.hold(application());
  await at.open(board);
  const dataTransfer = { types: ["text/foothold-application"], getData: () => "application" };
  fireEvent.drop(screen.getByRole("region", { name: "Offer" }), { dataTransfer });
  await screen.findByText("“Tool builder” cannot go from Interested to Offer.");
  fireEvent.drop(screen.getByRole("region", { name: "Closed" }), { dataTransfer });
  expect(within(card()).getByRole("button", { name: "I gave it up" })).toBeDefined();
  fireEvent.drop(screen.getByRole("region", { name: "Applied" }), { dataTransfer });
  expect(column("Applied").getByText("Tool builder")).toBeDefined();
});

test("a posting from elsewhere is tracked, and what is wrong is said at its field", async () => {
  at.wire.answer(TrackPostingDocument, () => ({
    trackPosting: { __typename: "InvalidInputError", field: "input.url", message: "No address." },
  }));
  await at.open(board);
  fireEvent.click(await screen.findByRole("button", { name: "Add a posting" }));
  fireEvent.change(screen.getByLabelText("Title"), { target: { value: "Analyst" } });
  fireEvent.change(screen.getByLabelText("Organization"), { target: { value: "Mill" } });
  fireEvent.submit(screen.getByRole("form"));
  await screen.findByText("No address.");
  expect(screen.getByLabelText("Address on the web").getAttribute("aria-invalid")).toBe("true");
  at.wire.answer(TrackPostingDocument, () => ({
    trackPosting: { __typename: "ApplicationPayload", mutationId: null, application: application() },
  }));
  fireEvent.submit(screen.getByRole("form"));
  await screen.findByText("Nothing is tracked yet"); // until its change set comes
  const [first, second] = at.wire.askedFor(TrackPostingDocument);
  expect(first!.mutationId).not.toBe(second!.mutationId);
  expect(second!.input).toMatchObject({ title: "Analyst", organization: "Mill", url: null });
});

test("a column of a thousand shows fifty at once", async () => {
  at.wire.hold(...Array.from({ length: 120 }, (_, number) => application({ id: `a${number}` })));
  await at.open(board);
  expect(screen.getAllByRole("article")).toHaveLength(50);
  fireEvent.click(screen.getByRole("button", { name: "Show more of Interested (70)" }));
  expect(screen.getAllByRole("article")).toHaveLength(100);
});

test("the table has the same rows and moves", async () => {
  at.wire.hold(application({ stage: "OFFERED" }));
  at.wire.answer(CloseApplicationDocument, never);
  await at.open(<ApplicationsPanel view="table" onView={() => undefined} />);
  const row = within(await screen.findByRole("row", { name: /Tool builder/ }));
  fireEvent.click(row.getByRole("button", { name: "Move to…: Tool builder" }));
  fireEvent.click(row.getByRole("button", { name: "Offer accepted" }));
  expect(row.getByText("Closed · Offer accepted")).toBeDefined();
});

test("an opportunity is tracked by one click, and then leads to the board", async () => {
  at.wire.answer(TrackOpportunityDocument, never);
  await at.open(<TrackButton opportunityId="opportunity" title="Tool builder" />);
  fireEvent.click(screen.getByRole("button", { name: "Track: Tool builder" }));
  expect(screen.getByRole("link", { name: "In your applications: Tool builder" })).toBeDefined();
  await vi.waitFor(() =>
    expect(at.wire.askedFor(TrackOpportunityDocument)).toMatchObject([{ opportunityId: "opportunity" }]),
  );
});
