import { RefreshCw } from "lucide-react";
import { useState, type JSX } from "react";
import { RefreshMatchesDocument, type RefreshStageStatus } from "@/gql/graphql";
import { ApiError, request } from "@/sync/api";
import { useFailure, useIsEmpty, useIsLive, usePerson, useRows } from "@/sync/hooks";
import type { RefreshRun } from "@/sync/lists";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/parts";

type Stage = RefreshRun["matching"];

const newest = (runs: readonly RefreshRun[]): RefreshRun | undefined =>
  runs.reduce<RefreshRun | undefined>(
    (found, run) => (found && found.createdAt > run.createdAt ? found : run),
    undefined,
  );

/** The latest run, and what asks for another. */
export function useRefresh(): {
  run: RefreshRun | undefined;
  /** There was none before. */
  first: boolean;
  reason: string | null;
  problem: string | null;
  start: () => void;
} {
  const person = usePerson();
  const run = newest(useRows("refreshRuns"));
  const known = !useIsEmpty("refreshRuns");
  const live = useIsLive();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const reason = run?.active || asking ? "It is under way." : live ? null : "Needs a connection.";
  const start = async (): Promise<void> => {
    if (reason !== null || !person?.profileId) return;
    setAsking(true);
    setProblem(null);
    try {
      const { refreshMatches } = await request(
        RefreshMatchesDocument,
        { profileId: person.profileId },
        person.token,
      );
      if (refreshMatches.__typename !== "RefreshMatchesPayload") setProblem(refreshMatches.message);
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : "That did not work.");
    } finally {
      setAsking(false);
    }
  };
  return { run, first: known && run === undefined, reason, problem, start: () => void start() };
}

export function RefreshButton(props: { refresh: ReturnType<typeof useRefresh> }): JSX.Element {
  const { reason, start } = props.refresh;
  return (
    <Button
      look="primary"
      id="refresh"
      onClick={start}
      aria-disabled={reason !== null}
      title={reason ?? "Key: r"}
    >
      <RefreshCw size={16} aria-hidden className={props.refresh.run?.active ? "animate-spin" : ""} />
      {props.refresh.run?.active ? "Refreshing…" : props.refresh.first ? "Find my matches" : "Refresh"}
    </Button>
  );
}

const WORDS: Readonly<Record<RefreshStageStatus, string>> = {
  PENDING: "waiting",
  RUNNING: "working",
  SUCCEEDED: "ready",
  FAILED: "failed",
  INTERRUPTED: "interrupted",
};

function StageLine(props: { name: string; stage: Stage }): JSX.Element {
  const { stage } = props;
  const working = stage.status === "RUNNING" || stage.status === "PENDING";
  return (
    <div className="grid gap-1">
      <div className="flex justify-between gap-3 text-sm">
        <span>{props.name}</span>
        <span className="text-muted">
          {working && stage.total > 0
            ? `${stage.done} of ${stage.total}`
            : stage.status === "SUCCEEDED"
              ? `${stage.result} ${WORDS.SUCCEEDED}`
              : WORDS[stage.status]}
        </span>
      </div>
      {working && (
        <progress
          className="h-1.5 w-full"
          max={Math.max(stage.total, 1)}
          value={stage.done}
          aria-label={props.name}
        />
      )}
      {stage.failure && <p className="text-sm text-danger words">{stage.failure.message}</p>}
    </div>
  );
}

const finished = (run: RefreshRun): boolean =>
  run.matching.status === "SUCCEEDED" && run.generation.status === "SUCCEEDED";

/** The stages while they run, and afterwards if one failed: what was there before stays. */
export function RefreshStatus(props: { refresh: ReturnType<typeof useRefresh> }): JSX.Element | null {
  const { run, problem } = props.refresh;
  const failure = useFailure("refreshRuns");
  return (
    <>
      {problem && <Notice tone="danger">{problem}</Notice>}
      {failure && <Notice tone="danger">{failure}</Notice>}
      {run && (run.active || !finished(run)) && (
        <section aria-label="Refresh" className="grid gap-3 rounded-xl border border-line bg-card p-4">
          <StageLine name="Matches" stage={run.matching} />
          <StageLine name="Actions" stage={run.generation} />
          {!run.active && (
            <p className="text-sm text-muted">What you had is still here. Refresh to try again.</p>
          )}
        </section>
      )}
      {run && !run.active && run.warnings.length > 0 && (
        <details className="text-sm text-muted">
          <summary>Left out of the last refresh ({run.warnings.length})</summary>
          <ul className="mt-1 list-disc pl-5">
            {run.warnings.map((warning, index) => (
              <li key={index} className="words">
                {warning}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
