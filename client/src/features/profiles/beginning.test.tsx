import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { UpdateProfileDocument } from "@/gql/graphql";
import { profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { StartProfile } from "./StartProfile";

let at: World;
const made = vi.fn();
beforeEach(() => {
  made.mockClear();
  at = world();
  at.wire.hold(profile()); // what the tab waits for; the panel does not look at it
  return () => at.close();
});

const open = (reason: string | null = null) =>
  at.open(<StartProfile reason={reason} onMade={made} />).then(() => screen.findByLabelText("Name"));
const name = () => screen.getByLabelText<HTMLInputElement>("Name");
const begin = (text: string): void => {
  fireEvent.change(name(), { target: { value: text } });
  fireEvent.submit(name().closest("form")!);
};
const asked = () => at.wire.askedFor(UpdateProfileDocument);
const answers = (answer: object): void =>
  at.wire.answer(UpdateProfileDocument, () => ({ updateProfile: answer }));

test("a name is enough to begin, and only where there is no profile yet", async () => {
  answers({ __typename: "ProfilePayload" });
  await open();
  begin("Sam Ode");
  await vi.waitFor(() => expect(made).toHaveBeenCalledOnce());
  expect(asked()).toMatchObject([{ input: { name: "Sam Ode" }, expectedVersion: 0 }]);
  expect(name().value).toBe("");
});

test("whoever was begun in another tab meanwhile has a profile all the same", async () => {
  answers({ __typename: "ConflictError", message: "It has changed." });
  await open();
  begin("Sam Ode");
  await vi.waitFor(() => expect(made).toHaveBeenCalledOnce());
  expect(screen.queryByText("It has changed.")).toBeNull();
});

test("without a name nothing is asked, and what is missing is said at the field", async () => {
  await open();
  begin("  ");
  await screen.findByText("A name, please; you can change it later.");
  expect(name().getAttribute("aria-invalid")).toBe("true");
  expect(asked()).toEqual([]);
});

test("#1 a name that could not be sent is there after a reload, and what went wrong is said", async () => {
  answers({ __typename: "InvalidInputError", message: "At most 200 characters.", field: "name" });
  await open();
  begin("Sam Ode");
  await screen.findByText("At most 200 characters.");
  at.wire.answer(UpdateProfileDocument, () => {
    throw new TypeError("no network");
  });
  begin("Sam Ode again");
  await screen.findByText("Foothold cannot be reached.");
  expect(made).not.toHaveBeenCalled();
  await open();
  await screen.findByDisplayValue("Sam Ode again");
});

test("without a connection it says so and waits", async () => {
  await open("Needs a connection.");
  expect(screen.getByText<HTMLButtonElement>("Begin").disabled).toBe(true);
  expect(screen.getByText("Needs a connection.")).toBeDefined();
});
