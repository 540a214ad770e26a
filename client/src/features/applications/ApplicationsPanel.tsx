import { Link } from "@tanstack/react-router";
import { useMemo, useState, type JSX } from "react";
import { useFailure, useForeign, useIsEmpty, useRows } from "@/sync/hooks";
import type { Application } from "@/sync/lists";
import { Button, buttonClass } from "@/ui/Button";
import { saveTextAsFile } from "@/ui/files";
import { Empty, Notice, Skeleton } from "@/ui/parts";
import { Board } from "./Board";
import { csvOf } from "./csv";
import { Table } from "./Table";
import { TrackForm } from "./TrackForm";

export type View = "board" | "table";
const VIEWS: Readonly<Record<View, string>> = { board: "Board", table: "Table" };

const newestFirst = (a: Application, b: Application): number =>
  b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id);

export function ApplicationsPanel(props: { view: View; onView: (view: View) => void }): JSX.Element {
  const rows = useRows("applications");
  const empty = useIsEmpty("applications");
  const failure = useFailure("applications");
  const foreign = useForeign("applications");
  const [adding, setAdding] = useState(false);
  const shown = useMemo(() => rows.filter((row) => !("removed" in row)).toSorted(newestFirst), [rows]);
  if (empty) return failure ? <Notice tone="danger">{failure}</Notice> : <Skeleton />;
  return (
    <div className="grid grid-cols-1 gap-4">
      {failure && <Notice tone="danger">{failure}</Notice>}
      <div className="flex flex-wrap gap-2">
        <div data-steps role="group" aria-label="View" className="flex gap-2">
          {(Object.keys(VIEWS) as View[]).map((view) => (
            <button
              key={view}
              type="button"
              aria-pressed={props.view === view}
              onClick={() => props.onView(view)}
              className={`${buttonClass("plain")} aria-pressed:border-action aria-pressed:bg-action-soft aria-pressed:text-action`}
            >
              {VIEWS[view]}
            </button>
          ))}
        </div>
        <Button look="primary" aria-expanded={adding} onClick={() => setAdding(!adding)}>
          Add a posting
        </Button>
        {shown.length > 0 && (
          <Button onClick={() => saveTextAsFile("applications.csv", csvOf(shown), "text/csv;charset=utf-8")}>
            Save as CSV
          </Button>
        )}
      </div>
      {adding && <TrackForm onDone={() => setAdding(false)} />}
      {shown.length === 0 ? (
        <Empty title="Nothing is tracked yet">
          <p>
            Press <strong>Track</strong> on a match or an opportunity, or add a posting from elsewhere. Its
            text is kept here, also when the posting goes.
          </p>
          <p className="mt-3 flex flex-wrap justify-center gap-2">
            <Link to="/matches" className={buttonClass("plain")}>
              See matches
            </Link>
            <Link to="/opportunities" className={buttonClass("plain")}>
              See all that is open
            </Link>
          </p>
        </Empty>
      ) : props.view === "board" ? (
        <Board rows={shown} foreign={foreign} />
      ) : (
        <Table rows={shown} />
      )}
    </div>
  );
}
