import { documentId, type Document } from "./api";
import type { Connection } from "./connection";
import type { ChangeSet } from "./rows";
import type { Store } from "./store";

/** The terminal event of every subscription. */
export interface Failed {
  readonly code: string;
  readonly message: string;
  readonly retryAfter: number | null;
}

/** One subscription of the API that fills lists of the store. */
export interface Source {
  readonly name: string;
  readonly lists: readonly string[];
  /** Of its document: rows that another one asked for have other fields. */
  readonly hash: string;
  /** Subscribes with the store's cursor at every connection, and again where the API says that waiting helps. */
  readonly follow: (
    connection: Connection,
    store: Store,
    profileId: string,
    failed: (message: string | null) => void,
  ) => () => void;
}

export const AGAIN = new Set(["UNAVAILABLE", "RATE_LIMITED"]);
const PAUSE = 2;

export function source<Result, Variables extends { profileId: string }>(
  lists: readonly string[],
  document: Document<Result, Variables>,
  read: (data: Result) => ChangeSet | Failed,
): Source {
  const name = lists.join();
  return {
    name,
    lists,
    hash: documentId(document),
    follow(connection, store, profileId, failed) {
      let stop = (): void => undefined;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const variables = {
        profileId,
        get after() {
          return store.cursor(name);
        },
      };
      const start = (): void => {
        stop = connection.live(document, variables, {
          next(data) {
            const event = read(data);
            if ("reason" in event) {
              failed(null);
              store.receive(name, event);
            } else if (AGAIN.has(event.code)) {
              stop();
              timer = setTimeout(start, (event.retryAfter ?? PAUSE) * 1_000);
            } else failed(event.message);
          },
          failed,
        });
      };
      start();
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
  };
}
