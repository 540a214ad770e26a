import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { UpdateProfileDocument } from "@/gql/graphql";
import { ApiError } from "@/sync/api";
import { newMutationId, problemWords, useAsk } from "@/sync/ask";
import { useDraft } from "@/sync/drafting";
import { useIsLive, useSession, useSync } from "@/sync/hooks";
import type { Profile } from "@/sync/lists";
import {
  placeOf,
  print,
  readEntries,
  unusable,
  written,
  type Draft,
  type Entry,
  type Place,
} from "./entries";
import type { Section } from "./sections";

/** Milliseconds without a key after which what was typed is saved. */
const TYPED = 2_000;
const AGAIN = 5_000;

interface Problem {
  readonly message: string;
  readonly place: Place | null;
  /** What was refused, to be sent again when it has changed; null for what may go through later. */
  readonly refused: string | null;
}

export interface Editing {
  readonly entries: readonly Entry[];
  /** The API does not have this yet. */
  readonly dirty: boolean;
  readonly saving: boolean;
  readonly savedAt: number | null;
  readonly problem: Problem | null;
  /** The section as it was changed elsewhere meanwhile; nothing is saved until somebody has chosen. */
  readonly theirs: readonly Entry[] | null;
  /** `hold`: milliseconds in which it can be taken back before it is saved. */
  readonly change: (entries: readonly Entry[], hold?: number) => void;
  readonly save: () => void;
  readonly keepMine: () => void;
  readonly takeTheirs: () => void;
  /** Nobody types any more: what is saved is shown as the API has it. */
  readonly left: () => void;
}

const parsed = (text: string): Draft | null => {
  try {
    return text === "" ? null : (JSON.parse(text) as Draft);
  } catch {
    return null;
  }
};

export const draftKey = (section: Section): string => `profile:${section.name}`;

/** One section of the profile: what is typed is kept on the device at once, and saved soon after. */
export function useSection(section: Section, profile: Profile): Editing {
  const ask = useAsk();
  const live = useIsLive();
  const sync = useSync();
  const session = useSession();
  const { text, setText } = useDraft(draftKey(section));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const [saving, setSaving] = useState(false);
  /** What the API took, in other words perhaps; it need not be sent again. */
  const [settled, setSettled] = useState<string | null>(null);
  const [due, setDue] = useState({ after: TYPED });

  const draft = useMemo(() => parsed(text), [text]);
  const held = useMemo(() => readEntries(section, profile), [section, profile]);
  const now = useMemo(() => print(section, held), [section, held]);
  const entries = draft?.entries ?? held;
  const mine = useMemo(() => print(section, entries), [section, entries]);
  const dirty = draft !== null && mine !== now && mine !== settled;
  const elsewhere = dirty && !saving && draft.base !== now && draft.sent !== now;

  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  }, [draft]);
  const put = useCallback(
    (next: Draft | null): void => {
      if (session.getSnapshot() === null) return; // signed out: nothing stays on the device
      latest.current = next;
      setText(next === null ? "" : JSON.stringify(next));
      if (next === null) setSettled(null);
    },
    [session, setText],
  );
  // What is saved already gives way to what came since.
  const stale = draft !== null && !dirty && !saving && draft.base !== now && mine !== now;
  useEffect(() => {
    if (stale) put(null);
  }, [stale, put]);

  const change = (next: readonly Entry[], hold = TYPED): void => {
    put({ entries: next, base: draft?.base ?? now, sent: draft?.sent ?? null });
    setProblem(null);
    setDue({ after: hold });
  };

  const send = async (sent: Draft): Promise<void> => {
    const place = unusable(section, sent.entries);
    const what = print(section, sent.entries);
    if (place !== null) return setProblem({ message: "A whole number, please.", place, refused: what });
    setSaving(true);
    setProblem(null);
    put({ ...sent, sent: what });
    const { moment } = sync.store;
    try {
      const { updateProfile: result } = await ask(UpdateProfileDocument, {
        input: written(section, sent.entries),
        expectedVersion: profile.version,
        mutationId: newMutationId(sync.tab),
      });
      if (result.__typename === "ProfilePayload") {
        const after = result.profile;
        if (moment.history === sync.store.moment.history)
          sync.store.merge("profiles", after, moment.connection);
        setSettled(what);
        setSavedAt(Date.now());
        const typed = latest.current;
        if (typed !== null) put({ ...typed, base: print(section, readEntries(section, after)), sent: null });
      } else if (result.__typename === "InvalidInputError") {
        setProblem({
          message: result.message,
          place: placeOf(section, sent.entries, result.field),
          refused: what,
        });
      } else if (result.__typename !== "ConflictError") {
        setProblem({ message: result.message, place: null, refused: null });
        setDue({ after: "retryAfter" in result ? result.retryAfter * 1_000 : AGAIN });
      }
      // After a conflict the new profile is on its way: it says whether this section was changed.
    } catch (error) {
      const lost = error instanceof ApiError && (error.code === "NETWORK" || error.retryAfter !== null);
      setProblem({ message: problemWords(error), place: null, refused: lost ? null : what });
      setDue({ after: AGAIN });
    }
    setSaving(false);
  };

  const sendable = dirty && !elsewhere && !saving && live && problem?.refused !== mine;
  const sendNow = useEffectEvent(() => {
    if (sendable) void send(draft);
  });
  useEffect(() => {
    if (!sendable) return undefined;
    const timer = setTimeout(() => sendNow(), due.after);
    return () => clearTimeout(timer);
  }, [sendable, mine, due, profile.version]);
  // Leaving the page saves what would have been saved in a moment.
  useEffect(() => () => sendNow(), []);

  return {
    entries,
    dirty,
    saving,
    savedAt,
    problem,
    theirs: elsewhere ? held : null,
    change,
    save: () => {
      setProblem(null);
      setDue({ after: 0 });
    },
    keepMine: () => draft !== null && put({ ...draft, base: now, sent: null }),
    takeTheirs: () => put(null),
    left: () => draft !== null && !dirty && !saving && put(null),
  };
}
