import type { JSX, ReactNode } from "react";
import {
  OpportunitiesDocument,
  type OpportunitiesQuery,
  type OpportunityKind,
  type Remote,
} from "@/gql/graphql";
import { problemWords } from "@/sync/ask";
import { usePages } from "@/sync/query";
import { Button } from "@/ui/Button";
import { OutLink } from "@/ui/OutLink";
import { Empty, Notice, Skeleton, Tag } from "@/ui/parts";

export interface Filter {
  readonly search?: string;
  readonly kind?: OpportunityKind;
  readonly remote?: Remote;
}

export const KINDS: Readonly<Record<OpportunityKind, string>> = {
  JOB: "Job",
  FELLOWSHIP: "Fellowship",
  TRAINING: "Training",
  VOLUNTEER: "Volunteering",
  GRANT: "Grant",
};

export const REMOTE: Readonly<Record<Remote, string>> = { FULL: "Remote", HYBRID: "Hybrid", NONE: "On site" };

type Posting = OpportunitiesQuery["opportunities"]["edges"][number]["node"];
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

type Actions = (posting: Posting) => ReactNode;

function PostingCard({ posting, actions }: { posting: Posting; actions: Actions | undefined }): JSX.Element {
  const skills = [...posting.requiredSkills, ...posting.desiredSkills];
  return (
    <li>
      <article
        data-item
        tabIndex={0}
        aria-labelledby={`title-${posting.id}`}
        className="grid grid-cols-1 gap-2 rounded-xl border border-line bg-card p-4"
      >
        <div className="flex flex-wrap gap-2">
          <Tag tone="match">{KINDS[posting.kind]}</Tag>
          {posting.remote && <Tag>{REMOTE[posting.remote]}</Tag>}
          {posting.deadlineAt && <Tag tone="learning">Until {DAY.format(new Date(posting.deadlineAt))}</Tag>}
        </div>
        <h2 id={`title-${posting.id}`} className="font-semibold [overflow-wrap:anywhere]">
          {posting.title}
        </h2>
        <p className="text-sm text-muted">
          {[posting.organization, posting.location, posting.salary?.text].filter(Boolean).join(" · ")}
        </p>
        {skills.length > 0 && (
          <ul className="flex flex-wrap gap-1.5" aria-label="Skills">
            {skills.map((skill) => (
              <li key={skill}>
                <Tag>{skill}</Tag>
              </li>
            ))}
          </ul>
        )}
        <div className="flex flex-wrap gap-2">
          {actions?.(posting)}
          {posting.url && <OutLink href={posting.url}>Open posting</OutLink>}
        </div>
      </article>
    </li>
  );
}

/** What is open, newest first. The page before stays while the next one comes. */
export function OpportunitiesList(props: {
  filter: Filter;
  onClear: () => void;
  actions?: Actions;
}): JSX.Element {
  const { search, kind, remote } = props.filter;
  const filter = {
    ...(search ? { search } : {}),
    ...(kind ? { kinds: [kind] } : {}),
    ...(remote ? { remote: [remote] } : {}),
  };
  const pages = usePages(["opportunities", filter], async (ask, after) => {
    const { opportunities } = await ask(OpportunitiesDocument, { filter, first: 20, after });
    return { rows: opportunities.edges.map((edge) => edge.node), pageInfo: opportunities.pageInfo };
  });
  const problem = pages.error && <Notice tone="danger">{problemWords(pages.error)}</Notice>;
  if (pages.isPending) return problem || <Skeleton />;
  const rows = pages.data?.pages.flatMap((page) => page.rows) ?? [];
  const filtered = Object.keys(filter).length > 0;
  return (
    <div className="grid max-w-3xl grid-cols-1 gap-4" aria-busy={pages.isFetching}>
      {problem}
      {rows.length === 0 && !problem ? (
        <Empty title={filtered ? "Nothing with these filters" : "Nothing is open yet"}>
          {filtered ? <Button onClick={props.onClear}>Show all</Button> : "Come back soon."}
        </Empty>
      ) : (
        <ul className="grid grid-cols-1 gap-3">
          {rows.map((posting) => (
            <PostingCard key={posting.id} posting={posting} actions={props.actions} />
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <div>
          <Button onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
            {pages.isFetchingNextPage ? "One moment…" : "Show more"}
          </Button>
        </div>
      )}
    </div>
  );
}
