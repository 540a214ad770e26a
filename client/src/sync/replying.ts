import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { useSync } from "./hooks";
import { Reply, type ReplyState } from "./reply";

// Apart from the other hooks: only pages with a conversation need these, and none of them is the first.

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
