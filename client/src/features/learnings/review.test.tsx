import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { AcceptLearningDocument, RejectLearningDocument, RetractLearningDocument } from "@/gql/graphql";
import { learning, profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { LearningsReview } from "./LearningsReview";

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile(), learning());
  for (const [document, name, learningStatus] of [
    [AcceptLearningDocument, "acceptLearning", "ACCEPTED"],
    [RejectLearningDocument, "rejectLearning", "REJECTED"],
    [RetractLearningDocument, "retractLearning", "RETRACTED"],
  ] as const) {
    at.wire.answer(document as typeof AcceptLearningDocument, ({ mutationId }) => {
      at.wire.emit([learning({ learningStatus, version: 2 })], [String(mutationId)]);
      const held = { id: "learning", status: learningStatus, version: 2 };
      return { [name]: { __typename: "LearningPayload", mutationId, learning: held } };
    });
  }
  return () => at.close();
});

const card = () => screen.findByRole("listitem", { name: "Skill: Rust" });

test("#12 a proposal stands beside the words it rests on, and nothing is in the profile without a yes", async () => {
  await at.open(<LearningsReview careerAction={null} />);
  const { getByText } = within(await card());
  expect(getByText("“I learned Rust for it.”").tagName).toBe("BLOCKQUOTE");
  expect(at.wire.asked).toEqual([]);
});

test("a and r decide, and what was accepted can be taken back", async () => {
  await at.open(<LearningsReview careerAction={null} />);
  fireEvent.keyDown(await card(), { key: "a" });
  expect(screen.getByText("In your profile")).toBeDefined();
  await vi.waitFor(() => expect(at.wire.askedFor(AcceptLearningDocument)).toHaveLength(1));
  fireEvent.click(await screen.findByLabelText("Take it back: Rust"));
  await vi.waitFor(() => expect(at.wire.askedFor(RetractLearningDocument)).toHaveLength(1));
});

test("r leaves it out", async () => {
  await at.open(<LearningsReview careerAction={null} />);
  fireEvent.keyDown(await card(), { key: "r" });
  expect(screen.getByText("Left out")).toBeDefined();
  await vi.waitFor(() => expect(at.wire.askedFor(RejectLearningDocument)).toHaveLength(1));
});

test("it can be put in other words first", async () => {
  await at.open(<LearningsReview careerAction={null} />);
  await card();
  fireEvent.click(screen.getByLabelText("Edit: Rust"));
  fireEvent.change(screen.getByLabelText("Name"), { target: { value: "Rust, a little" } });
  fireEvent.click(screen.getByText("Add it like this"));
  await vi.waitFor(() =>
    expect(at.wire.askedFor(AcceptLearningDocument).map(({ edit }) => edit)).toEqual([
      { skill: { name: "Rust, a little", level: null, keywords: ["tokio", "axum"] } },
    ]),
  );
});

test("a number stands beside what it counts", async () => {
  const proposal = {
    ...learning().proposal,
    skill: null,
    constraint: {
      remote: null,
      places: [],
      workPermits: [],
      salaryMinimum: null,
      salaryCurrency: null,
      hoursPerWeek: 10,
    },
  };
  at.wire.emit([learning({ learningKind: "CONSTRAINT", proposal })]);
  await at.open(<LearningsReview careerAction={null} />);
  await screen.findByLabelText("Add to profile: Hours a week 10");
  expect(screen.getByText("Hours a week").className).not.toContain("sr-only");
});
