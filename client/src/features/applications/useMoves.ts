import { useCallback } from "react";
import { useSync } from "@/sync/hooks";
import type { Application } from "@/sync/lists";
import { UNDO_WITHIN } from "@/sync/outbox";
import { noonOf, today } from "@/ui/days";
import { STAGES } from "./messages";
// At hand when the page is left with a change that was still held.
import "./operations";
import type { Move } from "./moves";

/** What a person adds to a move: a day as an input has it, and a note. */
interface Told {
  readonly day: string;
  readonly note: string;
}

/** Noon of that day here; nothing for today. */
const moment = ({ day }: Told): { at?: string } =>
  day === "" || day >= today() ? {} : { at: new Date(noonOf(day)).toISOString() };

function asked({ operation, to, outcome, round }: Move, told: Told): Record<string, unknown> {
  const note = told.note.trim();
  switch (operation) {
    case "markApplied":
      return { ...moment(told), ...(note === "" ? {} : { channel: note }) };
    case "recordProgress":
      return { stage: to, round, ...moment(told), ...(note === "" ? {} : { note }) };
    case "closeApplication":
      return { outcome, ...(note === "" ? {} : { reasons: [note] }) };
    case "reopenApplication":
      return {};
  }
}

function patch(application: Application, { to, outcome, round }: Move): Partial<Application> {
  const closed = to === "CLOSED" ? application.stage : null;
  return { stage: to, outcome: outcome ?? null, reachedStage: closed, ...(round ? { round } : {}) };
}

export interface Moves {
  readonly move: (application: Application, move: Move, told: Told) => void;
  readonly takeBack: (application: Application) => void;
  readonly remove: (application: Application) => void;
}

/** Changes applications: shown at once, and sent when it cannot be undone any more. */
export function useMoves(): Moves {
  const { outbox } = useSync();
  const add = useCallback(
    (application: Application, operation: string, undo: string, change: object, variables: object = {}) => {
      outbox.add({
        list: "applications",
        rowId: application.id,
        operation,
        variables: { undo: `${undo}: “${application.posting.title}”`, asked: variables },
        patch: change as Record<string, unknown>,
        hold: UNDO_WITHIN,
      });
    },
    [outbox],
  );
  return {
    move: (application, move, told) =>
      add(application, move.operation, STAGES[move.to], patch(application, move), asked(move, told)),
    takeBack: (application) => {
      const before = application.history.at(-1)?.from ?? application.stage;
      const outcome = before === "CLOSED" ? (application.history.at(-2)?.outcome ?? null) : null;
      const reachedStage = before === "CLOSED" ? application.stage : null;
      add(application, "takeApplicationStepBack", "Taken back", { stage: before, outcome, reachedStage });
    },
    remove: (application) => add(application, "removeApplication", "Removed", { removed: true }),
  };
}
