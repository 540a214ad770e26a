import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { OpportunitiesDocument } from "@/gql/graphql";
import { profile } from "@/testing/samples";
import { world, type World } from "@/testing/world";
import { OpportunitiesList } from "./OpportunitiesList";

let at: World;
beforeEach(() => {
  at = world();
  at.wire.hold(profile());
  return () => at.close();
});

const posting = (id: string) => ({
  id,
  title: `Posting ${id}`,
  organization: "Mill",
  kind: "JOB",
  location: null,
  remote: null,
  url: null,
  deadlineAt: null,
  salary: null,
  requiredSkills: [],
  desiredSkills: [],
});
const page = (ids: readonly string[], endCursor: string | null) => ({
  opportunities: {
    edges: ids.map((id) => ({ node: posting(id) })),
    pageInfo: { hasNextPage: endCursor !== null, endCursor },
  },
});

test("the next page comes below the one before", async () => {
  at.wire.answer(OpportunitiesDocument, ({ after }) =>
    after ? page(["3"], null) : page(["1", "2"], "next"),
  );
  await at.open(<OpportunitiesList filter={{}} onClear={() => undefined} />);
  await screen.findByText("Posting 2");
  fireEvent.click(screen.getByText("Show more"));
  await screen.findByText("Posting 3");
  expect(screen.getAllByRole("article")).toHaveLength(3);
  expect(screen.queryByText("Show more")).toBeNull();
});

test("filters that leave nothing can be dropped with one click", async () => {
  at.wire.answer(OpportunitiesDocument, () => page([], null));
  const clear = vi.fn();
  await at.open(<OpportunitiesList filter={{ search: "x", kind: "JOB" }} onClear={clear} />);
  fireEvent.click(await screen.findByText("Show all"));
  expect(clear).toHaveBeenCalledOnce();
  expect(at.wire.askedFor(OpportunitiesDocument)[0]?.filter).toEqual({ search: "x", kinds: ["JOB"] });
});
