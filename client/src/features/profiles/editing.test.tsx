import { act, fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { UpdateProfileDocument, type UpdateProfileInput } from "@/gql/graphql";
import { useRows } from "@/sync/hooks";
import { profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import KeptDrafts from "./KeptDrafts";
import { SectionEditor } from "./SectionEditor";
import { SECTIONS } from "./sections";

function Editor({ name }: { name: string }) {
  const [held] = useRows("profiles");
  const section = SECTIONS.find((one) => one.name === name)!;
  return held && <SectionEditor section={section} profile={held} />;
}

let held: ReturnType<typeof profile>;
let at: World;

/** Changes the profile as the API does. */
function take(input: UpdateProfileInput): typeof held {
  held = { ...held, ...(input as object), version: held.version + 1 };
  return held;
}

beforeEach(() => {
  held = profile();
  at = world();
  at.wire.hold(held);
  at.wire.answer(UpdateProfileDocument, ({ input, expectedVersion }) => {
    if (expectedVersion !== held.version)
      return { updateProfile: { __typename: "ConflictError", message: "Changed." } };
    return { updateProfile: { __typename: "ProfilePayload", mutationId: null, profile: take(input) } };
  });
  return () => at.close();
});

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const asked = () => at.wire.askedFor(UpdateProfileDocument);
const type = (label: string, value: string): void => {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
};
const saveKey = (label: string): void => {
  fireEvent.keyDown(screen.getByLabelText(label), { key: "s", ctrlKey: true });
};
const elsewhere = (changes: Partial<typeof held>): void =>
  act(() => {
    held = { ...held, ...changes, version: held.version + 1 };
    at.wire.emit([held], ["other.1"]);
  });

test("what is typed is saved by itself, and says when", async () => {
  await at.open(<Editor name="about" />);
  type("Name", "Ada M.");
  expect(screen.getByText("Kept on this device, not saved yet")).toBeDefined();
  await screen.findByText(/^Saved \d/, {}, { timeout: 5_000 });
  expect(asked().map(({ input, expectedVersion }) => [input.name, expectedVersion])).toEqual([["Ada M.", 1]]);
});

test("Ctrl+S saves at once", async () => {
  await at.open(<Editor name="about" />);
  type("Name", "Ada M.");
  saveKey("Name");
  await screen.findByText(/^Saved \d/);
  expect(asked()).toHaveLength(1);
});

test("#1 #2 what is typed outlives the tab, the session and the connection", async () => {
  await at.open(<Editor name="about" />);
  act(() => at.wire.cut());
  type("A little about you", "Twenty minutes of work");
  await screen.findByText("Kept on this device, saved when you are online");
  at.close();
  expect(asked()).toEqual([]);
  at.wire.heal();
  await at.open(<Editor name="about" />);
  await screen.findByDisplayValue("Twenty minutes of work");
  saveKey("Name");
  await screen.findByText(/^Saved \d/);
  expect(held.summary).toBe("Twenty minutes of work");
});

test("#1 what was typed offline is saved from any page", async () => {
  await at.open(<Editor name="about" />);
  act(() => at.wire.cut());
  type("Name", "Offline");
  await screen.findByText("Kept on this device, saved when you are online");
  at.wire.heal();
  const { cache } = await at.open(<KeptDrafts />);
  await vi.waitFor(() => expect(held.name).toBe("Offline"), 5_000);
  await vi.waitFor(async () => expect(await cache.draft("profile:about")).toBeUndefined());
});

test("#3 what was typed offline is not saved over a change from elsewhere", async () => {
  await at.open(<Editor name="about" />);
  act(() => at.wire.cut());
  type("Name", "Offline");
  await screen.findByText("Kept on this device, saved when you are online");
  take({ name: "Theirs" });
  at.wire.heal();
  at.wire.emit([held]);
  const { cache } = await at.open(<KeptDrafts />);
  for (let turn = 0; turn < 5; turn++) await act(nextTask);
  expect(held.name).toBe("Theirs");
  expect(await cache.draft("profile:about")).toContain("Offline");
  await at.open(<Editor name="about" />);
  await screen.findByText(/changed elsewhere/);
});

test("#3 a section that changed elsewhere is compared, never overwritten", async () => {
  await at.open(<Editor name="about" />);
  type("Name", "Mine");
  elsewhere({ name: "Theirs" });
  const notice = (await screen.findByText(/changed elsewhere/)).closest("[role=status]")!;
  expect(notice.textContent).toContain("Name: Mine");
  expect(notice.textContent).toContain("Name: Theirs");
  saveKey("Name");
  for (let turn = 0; turn < 5; turn++) await act(nextTask);
  expect(asked()).toEqual([]);
  fireEvent.click(screen.getByText("Take theirs"));
  expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("Theirs");
  expect(asked()).toEqual([]);
});

test("#3 keeping mine saves it over theirs", async () => {
  await at.open(<Editor name="about" />);
  type("Name", "Mine");
  elsewhere({ name: "Theirs" });
  fireEvent.click(await screen.findByText("Keep mine"));
  saveKey("Name");
  await screen.findByText(/^Saved \d/);
  expect(asked().map(({ expectedVersion }) => expectedVersion)).toEqual([2]);
  expect(held.name).toBe("Mine");
});

test("#3 another section that changed is no conflict", async () => {
  await at.open(<Editor name="about" />);
  type("Name", "Mine");
  elsewhere({ careerGoals: ["Another"] });
  saveKey("Name");
  await screen.findByText(/^Saved \d/);
  expect(held).toMatchObject({ name: "Mine", careerGoals: ["Another"], version: 3 });
});

test("#3 a save whose answer was lost is not taken for somebody else's change", async () => {
  await at.open(<Editor name="about" />);
  at.wire.answer(UpdateProfileDocument, ({ input }) => {
    take(input);
    throw new TypeError("no network");
  });
  type("Name", "Mine");
  saveKey("Name");
  await vi.waitFor(() => expect(held.name).toBe("Mine"));
  type("Name", "Mine and more");
  await act(async () => at.wire.emit([held]));
  expect(screen.queryByText(/changed elsewhere/)).toBeNull();
  expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("Mine and more");
});

test("#5 a refused value is named at its field, and nothing else is lost", async () => {
  await at.open(<Editor name="work" />);
  at.wire.answer(UpdateProfileDocument, () => ({
    updateProfile: {
      __typename: "InvalidInputError",
      field: "input.work[0].startDate",
      message: "Must be a date.",
    },
  }));
  fireEvent.click(screen.getByLabelText("Edit: Engineer, Mill"));
  type("From", "soon");
  type("Place", "Porto");
  saveKey("From");
  await screen.findByText("Must be a date.");
  expect(screen.getByLabelText("From").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByLabelText<HTMLInputElement>("Place").value).toBe("Porto");
  // It is not sent again before it has changed.
  for (let turn = 0; turn < 5; turn++) await act(nextTask);
  expect(asked()).toHaveLength(1);
});

test("#4 a removed entry comes back with one click", async () => {
  await at.open(<Editor name="languages" />);
  fireEvent.click(screen.getByLabelText("Remove: English"));
  expect(screen.queryByText("English")).toBeNull();
  const undo = await screen.findByText("Undo");
  expect(document.activeElement).toBe(undo);
  fireEvent.click(undo);
  expect(screen.getByText("English")).toBeDefined();
  expect(asked()).toEqual([]);
});

test("Alt and an arrow order the entries, and the keyboard stays with the moved one", async () => {
  await at.open(<Editor name="languages" />);
  const items = within(screen.getByRole("list", { name: "Languages" })).getAllByRole("listitem");
  items[0]!.focus();
  fireEvent.keyDown(items[0]!, { key: "ArrowDown", altKey: true });
  await vi.waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("Portuguese"));
  expect(document.activeElement?.getAttribute("data-entry")).toBe("1");
  fireEvent.keyDown(document.activeElement!, { key: "s", ctrlKey: true });
  await screen.findByText(/^Saved \d/);
  expect(held.languages.map(({ language }) => language)).toEqual(["English", "Portuguese", "French"]);
});

test("an added entry is sent once it says something", async () => {
  await at.open(<Editor name="publications" />);
  fireEvent.click(screen.getByText(/Add publication/));
  await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Title")));
  saveKey("Title");
  type("Title", "On tools");
  saveKey("Title");
  await screen.findByText(/^Saved \d/);
  expect(asked()).toHaveLength(1);
  expect(held.publications).toMatchObject([{ name: "On tools", publisher: null }]);
});

test("words that the API tidies stay as they are typed while somebody types", async () => {
  await at.open(<Editor name="about" />);
  at.wire.answer(UpdateProfileDocument, () => ({
    updateProfile: { __typename: "ProfilePayload", mutationId: null, profile: take({ name: "tidied" }) },
  }));
  screen.getByLabelText("Name").focus();
  type("Name", "I am ");
  saveKey("Name");
  await screen.findByText(/^Saved \d/);
  expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("I am ");
  fireEvent.blur(screen.getByLabelText("Name"));
  expect(screen.getByLabelText<HTMLInputElement>("Name").value).toBe("tidied");
  expect(asked()).toHaveLength(1);
});
