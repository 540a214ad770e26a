import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { ImportResumeDocument } from "@/gql/graphql";
import { profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { ImportPanel } from "./ImportPanel";

let at: World;
const imported = vi.fn();
beforeEach(() => {
  imported.mockClear();
  at = world();
  at.wire.hold(profile());
  return () => at.close();
});

const RESUME = '{"basics": {"name": "Ada"}}';
const asked = () => at.wire.askedFor(ImportResumeDocument).map(({ dryRun }) => dryRun);
const box = () => screen.getByLabelText("Or paste it").closest("[data-drop]")!;
const preview = (needsConfirmation: boolean): void =>
  at.wire.answer(ImportResumeDocument, ({ dryRun }) => ({
    importResume: dryRun
      ? {
          __typename: "ResumePreview",
          report: {
            sections: [{ section: "skills", added: ["Rust"], changed: [], removed: ["Python"] }],
            notes: [],
            needsConfirmation,
          },
        }
      : { __typename: "ProfilePayload" },
  }));

test.each([
  ["dropped file", () => fireEvent.drop(box(), { dataTransfer: { files: [new File([RESUME], "me.json")] } })],
  [
    "pasted file",
    () =>
      fireEvent.paste(box(), {
        clipboardData: { files: [new File([RESUME], "me.json")], getData: () => "" },
      }),
  ],
  ["pasted text", () => fireEvent.paste(box(), { clipboardData: { files: [], getData: () => RESUME } })],
])("#4 a %s changes nothing before somebody has seen what it changes", async (_name, bring) => {
  preview(true);
  await at.open(<ImportPanel reason={null} onImported={imported} />);
  bring();
  await screen.findByText("Rust");
  expect(asked()).toEqual([true]);
  const button = screen.getByText<HTMLButtonElement>("Import it");
  expect(button.disabled).toBe(true);
  fireEvent.click(screen.getByLabelText(/removes most of your profile/));
  fireEvent.click(button);
  await screen.findByText("Imported.");
  expect(asked()).toEqual([true, false]);
  expect(imported).toHaveBeenCalledOnce();
});

test("#5 what is wrong with a résumé is said line by line, and nothing is changed", async () => {
  at.wire.answer(ImportResumeDocument, () => ({
    importResume: {
      __typename: "InvalidInputError",
      field: "work[0].startDate",
      message: "2 problems",
      problems: [
        { field: "work[0].startDate", message: "Must be a date such as 2024." },
        { field: "skills", message: "Must be a list." },
      ],
    },
  }));
  await at.open(<ImportPanel reason={null} onImported={imported} />);
  fireEvent.paste(box(), { clipboardData: { files: [], getData: () => RESUME } });
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("Nothing was changed.");
  expect(alert.textContent).toContain("work[0].startDate Must be a date such as 2024.");
  expect(alert.textContent).toContain("skills Must be a list.");
  expect(imported).not.toHaveBeenCalled();
});

test("text that is no JSON never leaves the browser", async () => {
  await at.open(<ImportPanel reason={null} onImported={imported} />);
  fireEvent.paste(box(), { clipboardData: { files: [], getData: () => "{oops" } });
  expect((await screen.findByRole("alert")).textContent).toContain("This is not valid JSON.");
  expect(at.wire.asked).toEqual([]);
});
