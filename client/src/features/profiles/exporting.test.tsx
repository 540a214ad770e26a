import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { ExportResumeDocument } from "@/gql/graphql";
import { ApiError } from "@/sync/api";
import { profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { ExportButtons } from "./ExportButtons";

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile());
  return () => {
    vi.restoreAllMocks();
    at.close();
  };
});

const button = () => screen.findByRole<HTMLButtonElement>("button", { name: "JSON Resume" });

test("the résumé is saved as the API gives it, under a name that says what it is", async () => {
  const resume = {
    basics: { name: "Ada Moreno", summary: "Ünïcode “quoted”" },
    skills: [{ name: "Python" }],
  };
  at.wire.answer(ExportResumeDocument, () => ({ profile: { resume } }));
  let saved: Blob | undefined;
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    saved = blob as Blob;
    return "blob:resume";
  });
  const given = vi.spyOn(URL, "revokeObjectURL").mockReturnValue();
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    expect(this.download).toBe("resume.json");
    expect(this.href).toBe("blob:resume");
  });
  await at.open(<ExportButtons id="profile" />);
  fireEvent.click(await button());
  await vi.waitFor(() => expect(given).toHaveBeenCalledWith("blob:resume"));
  expect(clicked).toHaveBeenCalledOnce();
  expect(at.wire.askedFor(ExportResumeDocument)).toEqual([{ id: "profile" }]);
  expect(saved?.type).toBe("application/json");
  expect(JSON.parse(await saved!.text())).toEqual(resume);
});

test("what went wrong is said, nothing is saved, and it can be asked for again", async () => {
  const saved = vi.spyOn(HTMLAnchorElement.prototype, "click").mockReturnValue();
  at.wire.answer(ExportResumeDocument, () => {
    throw new ApiError("RATE_LIMITED", "Too often; in 7 seconds again.", 7);
  });
  await at.open(<ExportButtons id="profile" />);
  fireEvent.click(await button());
  await screen.findByText("Too often; in 7 seconds again.");
  expect(saved).not.toHaveBeenCalled();
  at.wire.answer(ExportResumeDocument, () => ({ profile: { resume: {} } }));
  fireEvent.click(await button());
  await vi.waitFor(() => expect(saved).toHaveBeenCalledOnce());
  expect(screen.queryByText("Too often; in 7 seconds again.")).toBeNull();
});

test("without a connection it cannot be asked for; printing needs none", async () => {
  await at.open(<ExportButtons id="profile" />);
  act(() => at.wire.cut());
  await vi.waitFor(async () => expect((await button()).disabled).toBe(true));
  const printed = vi.fn();
  vi.stubGlobal("print", printed);
  fireEvent.click(screen.getByRole("button", { name: "Print" }));
  expect(printed).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});
