import { useCallback, useEffect, useRef, useState } from "react";
import { useSync } from "./hooks";

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
