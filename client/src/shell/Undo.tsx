import { useEffect, useState, type JSX } from "react";
import { usePending, useSync } from "@/sync/hooks";
import type { Pending } from "@/sync/store";
import type { Refusal } from "@/sync/sync";
import { Button } from "@/ui/Button";

export type HeldWords = (pending: Pending) => string;

const GONE_AFTER = 8_000;

/** What can still be undone, and what the API refused. */
export function Undo(props: { words: HeldWords }): JSX.Element {
  const sync = useSync();
  const pending = usePending();
  const [now, setNow] = useState(() => Date.now());
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const held = pending.findLast((one) => one.sendAt > now && one.attempts === 0);

  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [pending]);

  useEffect(() => sync.onRefused(setRefusal), [sync]);
  useEffect(() => {
    const timer = setTimeout(() => setRefusal(null), GONE_AFTER);
    return () => clearTimeout(timer);
  }, [refusal]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "z" || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      if (held !== undefined) sync.outbox.undo(held.mutationId);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [held, sync]);

  const shown = held !== undefined || refusal !== null;
  return (
    <div
      role="status"
      className={`pointer-events-none fixed inset-x-0 bottom-16 z-20 grid justify-items-center gap-2 px-4 md:bottom-6 print:hidden ${shown ? "" : "hidden"}`}
    >
      {refusal && (
        <div className="pointer-events-auto flex max-w-md items-center gap-3 rounded-xl border border-danger bg-card px-4 py-2 text-sm shadow-lg">
          <span className="words">{refusal.message}</span>
          <Button look="quiet" onClick={() => setRefusal(null)}>
            OK
          </Button>
        </div>
      )}
      {held && (
        <div className="pointer-events-auto flex max-w-md items-center gap-3 rounded-xl bg-ink px-4 py-2 text-sm text-paper shadow-lg">
          <span className="line-clamp-2 min-w-0 [overflow-wrap:anywhere]">{props.words(held)}</span>
          <button
            type="button"
            onClick={() => sync.outbox.undo(held.mutationId)}
            className="min-h-9 shrink-0 rounded-md px-2 font-semibold underline pointer-coarse:min-h-11"
          >
            Undo <span aria-hidden>({Math.max(1, Math.ceil((held.sendAt - now) / 1_000))})</span>
          </button>
        </div>
      )}
    </div>
  );
}

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
