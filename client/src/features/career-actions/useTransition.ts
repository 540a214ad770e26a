import { useCallback } from "react";
import { useSync } from "@/sync/hooks";
import type { CareerAction } from "@/sync/lists";
import { UNDO_WITHIN } from "@/sync/outbox";
import { TRANSITIONS, type TransitionName } from "./transitions";

/** Changes an action's status: shown at once, sent by the outbox. */
export function useTransition(): (action: CareerAction, name: TransitionName) => void {
  const { outbox } = useSync();
  return useCallback(
    (action, name) => {
      const { to, inverse, final } = TRANSITIONS[name];
      outbox.add({
        list: "careerActions",
        rowId: action.id,
        operation: name,
        variables: { title: action.title },
        patch: { status: to },
        ...(inverse === undefined ? {} : { inverse }),
        ...(final ? { hold: UNDO_WITHIN } : {}),
      });
    },
    [outbox],
  );
}
