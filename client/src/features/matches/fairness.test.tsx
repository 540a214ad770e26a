import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { MatchAuditDocument } from "@/gql/graphql";
import { ApiError } from "@/sync/api";
import { match, profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { Fairness } from "./Fairness";

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile(), match());
  return () => at.close();
});

test("whoever asks whether it is fair is told what moved, and by which word", async () => {
  const swap = (kind: string, tierChanges: number, overlap: number, word = "") => ({
    kind,
    swapped: "another",
    overlap,
    tierChanges,
    word,
    compared: 50,
  });
  at.wire.answer(MatchAuditDocument, () => ({
    matchAudit: {
      swaps: [swap("NAME", 0, 1), swap("NAME", 0, 1), swap("GENDER", 2, 0.9, "Nurse")],
    },
  }));
  await at.open(<Fairness />);
  fireEvent.click(screen.getByRole("button", { name: "Check my matches" }));
  await screen.findByText("Judged again. This is what moved:");
  expect(screen.getAllByRole("listitem").map((one) => one.textContent)).toEqual([
    "With 2 other names, of several origins: nothing moves.",
    "With titles and pronouns in the other gender: up to 2 of 50 change their tier, and 90 % of the first ten stay there. It hangs on the word “Nurse”.",
  ]);
  expect(at.wire.askedFor(MatchAuditDocument)).toEqual([{ profileId: at.person.profileId }]);
});

test("whoever asks too often is told so, and may ask again", async () => {
  at.wire.answer(MatchAuditDocument, () => {
    throw new ApiError("RATE_LIMITED", "Too many requests.");
  });
  await at.open(<Fairness />);
  const button = screen.getByRole("button", { name: "Check my matches" });
  fireEvent.click(button);
  const status = screen.getByRole("status");
  await expect.poll(() => status.textContent).not.toContain("Judging again");
  expect(status.textContent).not.toBe("");
  expect(screen.queryByRole("list")).toBeNull();
  expect(button).toHaveProperty("disabled", false);
});

test("without a match there is nothing to check", async () => {
  at.close();
  at = world();
  at.wire.hold(profile());
  await at.open(<Fairness />);
  expect(screen.queryByText("Check my matches")).toBeNull();
  at.wire.emit([match()]);
  await screen.findByText("Check my matches");
});
