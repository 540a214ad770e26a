import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { ConnectionState } from "./connection";
import type { Lists } from "./lists";
import type { Person, Session } from "./session";
import type { Pending } from "./store";
import type { Sync } from "./sync";

/** The only bridge between what is held and what React shows. */
export const SessionContext = createContext<Session | null>(null);
export const SyncContext = createContext<Sync | null>(null);

function useProvided<Value>(value: Value | null): Value {
  if (value === null) throw new Error("Nobody is signed in");
  return value;
}

export const useSession = (): Session => useProvided(useContext(SessionContext));
export const useSync = (): Sync => useProvided(useContext(SyncContext));

export function usePerson(): Person | null {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.getSnapshot);
}

function useStore<Value>(read: (sync: Sync) => Value): Value {
  const sync = useSync();
  const subscribe = useCallback((listener: () => void) => sync.store.subscribe(listener), [sync]);
  return useSyncExternalStore(subscribe, () => read(sync));
}

/** The rows of a live list as shown: the same array until one of them changes. */
export const useRows = <Name extends keyof Lists>(list: Name): readonly Lists[Name][] =>
  useStore((sync) => sync.store.rows(list)) as readonly Lists[Name][];

export const useRow = <Name extends keyof Lists>(list: Name, id: string): Lists[Name] | undefined =>
  useStore((sync) => sync.store.row(list, id)) as Lists[Name] | undefined;

/** The row without what is drawn over it: what the API has. */
export const useConfirmed = <Name extends keyof Lists>(list: Name, id: string): Lists[Name] | undefined =>
  useStore((sync) => sync.store.confirmed(list).get(id)) as Lists[Name] | undefined;

/** True while there is neither an answer nor a cache. */
export const useIsEmpty = (list: keyof Lists): boolean => useStore((sync) => sync.store.isEmpty(list));

export const usePending = (): readonly Pending[] => useStore((sync) => sync.store.pending);

export const useFailure = (list: keyof Lists): string | null =>
  useStore((sync) => sync.failures.get(list) ?? null);

export function useConnection(): ConnectionState {
  const { connection } = useSync();
  return useSyncExternalStore(connection.subscribe, connection.getSnapshot);
}

/** Tells whether the API can be asked now. */
export const useIsLive = (): boolean => useConnection().kind === "live";

const NONE: ReadonlySet<string> = new Set();
/** Milliseconds in which something is news: whoever moves it later sees no pulse again. */
const NEWS = 2_000;

/** Ids that others changed a moment ago, to be pulsed once. */
export function useForeign(list: keyof Lists): ReadonlySet<string> {
  const { store } = useSync();
  const [ids, setIds] = useState(NONE);
  useEffect(
    () =>
      store.onReceived(({ change, foreign }) => {
        if (!foreign || change.reason !== "CHANGE") return;
        const changed = change.parts[list]?.upserts.map((row) => row.id) ?? [];
        if (changed.length > 0) setIds(new Set(changed));
      }),
    [store, list],
  );
  useEffect(() => {
    const timer = setTimeout(() => setIds(NONE), NEWS);
    return () => clearTimeout(timer);
  }, [ids]);
  return ids;
}
