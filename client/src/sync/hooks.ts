import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { ConnectionState } from "./connection";
import { keepsRows, onKeepsRows } from "./device";
import type { Lists } from "./lists";
import { Reply, type ReplyState } from "./reply";
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

/** Whether this device keeps copies of rows, and how to change it. */
export function useKeepsRows(): readonly [boolean, (keep: boolean) => void] {
  const sync = useSync();
  const [keeps, setKeeps] = useState(keepsRows);
  useEffect(() => onKeepsRows(() => setKeeps(keepsRows())), []);
  const choose = useCallback(
    (keep: boolean) => {
      sync.keepRows(keep);
      setKeeps(keep);
    },
    [sync],
  );
  return [keeps, choose];
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

/** Follows a reply while it is written; nothing without an id. */
export function useReply(messageId: string | null): Reply | null {
  const { connection } = useSync();
  const [reply, setReply] = useState<Reply | null>(null);
  useEffect(() => {
    if (messageId === null) return undefined;
    const followed = new Reply(connection, messageId);
    setReply(followed);
    return () => {
      followed.close();
      setReply(null);
    };
  }, [connection, messageId]);
  return reply?.messageId === messageId ? reply : null;
}

/** What is read of a reply: who reads its end alone does not render with each of its words. */
export function useOfReply<Name extends keyof ReplyState>(
  reply: Reply | null,
  name: Name,
): ReplyState[Name] | null {
  return useSyncExternalStore(
    useCallback((listener) => reply?.subscribe(listener) ?? (() => undefined), [reply]),
    () => reply?.getSnapshot()[name] ?? null,
  );
}

/** Text that survives a reload; `savedAt` is the time of the last save. */
export function useDraft(key: string): {
  text: string;
  setText: (text: string) => void;
  savedAt: number | null;
} {
  const { cache } = useSync();
  const [text, set] = useState("");
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const touched = useRef(false);
  useEffect(() => {
    touched.current = false;
    set("");
    let stale = false;
    void cache.draft(key).then((saved) => {
      if (!stale && !touched.current && saved !== undefined) set(saved);
    });
    return () => {
      stale = true;
    };
  }, [cache, key]);
  const setText = useCallback(
    (next: string) => {
      touched.current = true;
      set(next);
      void cache.saveDraft(key, next).then(() => setSavedAt(Date.now()));
    },
    [cache, key],
  );
  return { text, setText, savedAt };
}
