import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Row } from "./rows";
import type { Pending } from "./store";

export interface Held {
  readonly cursor: string;
  readonly lists: Readonly<Record<string, readonly Row[]>>;
  /** When it was written, for people who are offline. */
  readonly at: number;
}

interface Schema extends DBSchema {
  /** Rows and cursor of a subscription, by its document's hash: one record, so they always belong together. */
  rows: { key: string; value: Held };
  outbox: { key: string; value: Pending & { tab: string; order: number } };
  drafts: { key: string; value: string };
}

const VERSION = 1;

/** What one person's browser keeps on the device. Everything works without it, only slower. */
export class Cache {
  /**
   * Deletes the databases whose names begin with a prefix, but for one. Tabs that have one open are shut out: they can
   * write no more.
   */
  static async forget(prefix: string, but: string | null = null): Promise<void> {
    try {
      const names = (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
      const gone = names.filter((name) => name.startsWith(prefix) && name !== but);
      await Promise.all(gone.map((name) => deleteDB(name)));
    } catch {
      // A device that refuses has nothing.
    }
  }

  #database: Promise<IDBPDatabase<Schema> | null>;
  #last: Promise<unknown> = Promise.resolve();
  /** What is to be saved of a tab's outbox, until its write begins. */
  #unsaved = new Map<string, readonly Pending[]>();

  constructor(readonly name: string) {
    this.#database = openDB<Schema>(name, VERSION, {
      upgrade(database) {
        database.createObjectStore("rows");
        database.createObjectStore("outbox");
        database.createObjectStore("drafts");
      },
      blocking: (_old, _new, event) => (event.target as IDBDatabase).close(),
    }).catch(() => null);
  }

  async rows(key: string): Promise<Held | undefined> {
    return this.#try((database) => database.get("rows", key));
  }

  async saveRows(key: string, held: Held): Promise<void> {
    await this.#try((database) => database.put("rows", held, key));
  }

  /** Changes left behind by tabs, oldest first. */
  async outbox(): Promise<readonly (Pending & { tab: string })[]> {
    const all = (await this.#try((database) => database.getAll("outbox"))) ?? [];
    return all.toSorted((a, b) => a.order - b.order);
  }

  /** Replaces this tab's changes. Writes are done one after the other; one that has not begun takes the newest. */
  saveOutbox(tab: string, newest: readonly Pending[]): Promise<unknown> {
    const waits = this.#unsaved.has(tab);
    this.#unsaved.set(tab, newest);
    if (waits) return this.#last;
    this.#last = this.#last.then(() => {
      const pending = this.#unsaved.get(tab) ?? [];
      this.#unsaved.delete(tab);
      return this.#try(async (database) => {
        const transaction = database.transaction("outbox", "readwrite");
        const wanted = new Set(pending.map((one) => one.mutationId));
        for (const held of await transaction.store.getAll()) {
          if (held.tab === tab && !wanted.has(held.mutationId))
            await transaction.store.delete(held.mutationId);
        }
        for (const [order, one] of pending.entries()) {
          await transaction.store.put({ ...one, tab, order }, one.mutationId);
        }
        await transaction.done;
      });
    });
    return this.#last;
  }

  async draft(key: string): Promise<string | undefined> {
    return this.#try((database) => database.get("drafts", key));
  }

  async saveDraft(key: string, text: string): Promise<void> {
    await this.#try((database) =>
      text === "" ? database.delete("drafts", key) : database.put("drafts", text, key).then(() => undefined),
    );
  }

  async forgetRows(): Promise<void> {
    await this.#try((database) => database.clear("rows"));
  }

  async close(): Promise<void> {
    (await this.#database)?.close();
  }

  /** A device that refuses (private window, full disk) is one without a cache. */
  async #try<Result>(work: (database: IDBPDatabase<Schema>) => Promise<Result>): Promise<Result | undefined> {
    try {
      const database = await this.#database;
      return database === null ? undefined : await work(database);
    } catch {
      return undefined;
    }
  }
}
