import { CloudOff, RotateCw, Wifi } from "lucide-react";
import { useEffect, useState, type JSX } from "react";
import { useConnection, usePending, useSync } from "@/sync/hooks";

const SAID_AFTER = 1_000;

/** The time, once a second while it matters. */
function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

const AGE = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Live, reconnecting or offline. A gap that heals within a second is not worth a word. */
export function ConnectionStatus(): JSX.Element {
  const state = useConnection();
  const sync = useSync();
  const now = useNow(state.kind !== "live");
  const [began] = useState(() => Date.now());
  const since = "since" in state ? state.since : began;
  const said = state.kind === "live" || now - since > SAID_AFTER;
  const cached = sync.cachedAt === null ? "" : ` Showing ${AGE.format(sync.cachedAt)}.`;
  return (
    <div role="status" className="flex items-center gap-2 text-xs text-muted">
      {state.kind === "live" && (
        <>
          <Wifi size={14} aria-hidden className="text-match" /> Live
        </>
      )}
      {said && state.kind === "connecting" && <>Connecting…{cached}</>}
      {said && (state.kind === "waiting" || state.kind === "offline") && (
        <>
          <CloudOff size={14} aria-hidden />
          <span aria-live="off">
            {state.kind === "offline"
              ? "Offline."
              : `Reconnecting in ${Math.max(0, Math.ceil((state.retryAt - now) / 1_000))} s.`}
            {cached}
          </span>
          <button
            type="button"
            onClick={sync.connection.retryNow}
            className="inline-flex min-h-6 items-center gap-1 font-medium text-action underline"
          >
            <RotateCw size={12} aria-hidden /> Try now
          </button>
        </>
      )}
    </div>
  );
}

/** Changes that the API does not have yet. */
export function OutboxCount(): JSX.Element | null {
  const pending = usePending();
  const now = useNow(pending.length > 0);
  const waiting = pending.filter((one) => one.sendAt + SAID_AFTER < now).length;
  if (waiting === 0) return null;
  return (
    <span className="rounded-md bg-learning-soft px-2 py-0.5 text-xs text-learning" role="status">
      {waiting === 1 ? "1 change to send" : `${waiting} changes to send`}
    </span>
  );
}
