import { beforeEach, expect, test } from "vitest";
import { Session, type Person } from "./session";

const person = (viewerId: string): Person => ({
  token: `token of ${viewerId}`,
  viewerId,
  profileId: "p",
  name: null,
});
let forgotten: (string | null)[];
const session = (): Session => {
  const forget = async (but: string | null): Promise<void> => void forgotten.push(but);
  return new Session(localStorage, forget);
};

beforeEach(() => {
  localStorage.clear();
  forgotten = [];
});

test("whoever signed in is still there after a reload", () => {
  session().signIn(person("ada"));
  expect(session().getSnapshot()).toEqual(person("ada"));
});

test("signing out forgets what is on the device", () => {
  const here = session();
  here.signIn(person("ada"));
  here.signOut();
  expect(forgotten).toEqual(["ada", null]);
  expect(session().getSnapshot()).toBeNull();
  expect(localStorage.length).toBe(0);
});

test("a sign-in that ended keeps drafts and unsent changes for the same person, and for nobody else", () => {
  const here = session();
  here.signIn(person("ada"));
  here.signOut(true);
  here.signIn(person("ada"));
  expect(forgotten).toEqual(["ada", "ada"]);
  here.signOut(true);
  here.signIn(person("ben"));
  expect(forgotten.at(-1)).toBe("ben");
});

test("what is not a person in the storage is nobody", () => {
  for (const value of ["", "{", "[]", "null", '{"token":1}', '{"token":"x"}']) {
    localStorage.setItem("foothold.person", value);
    expect(session().getSnapshot()).toBeNull();
  }
});
