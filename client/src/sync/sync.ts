import { Cache } from "./cache";
import { Connection } from "./connection";
import { keepsRows, onKeepsRows, setKeepsRows } from "./device";
import type { Source } from "./feed";
import { Outbox, type Answer } from "./outbox";
import type { Person } from "./session";
import { Store, type Pending } from "./store";

export interface SyncParts {
  readonly person: Person;
  readonly sources: readonly Source[];
  readonly send: (pending: Pending, token: string, leaving: boolean) => Promise<Answer>;
}

export interface Refusal {
  readonly pending: Pending;
  readonly message: string;
}

const SAVE_EVERY = 1_000;
const TAB_LOCK = "foothold:tab:";
const OUTBOX_LOCK = "foothold:outbox";

const DATABASES = "foothold:";
export const databaseOf = (viewerId: string): string => DATABASES + viewerId;

/** Deletes what everybody but one left on this device. */
export const forgetAllBut = (viewerId: string | null): Promise<void> =>
  Cache.forget(DATABASES, viewerId === null ? null : databaseOf(viewerId));

/** Everything that keeps one person's tab the same as the API: made at sign-in, closed at sign-out. */
export class Sync {
  readonly tab = crypto.randomUUID().slice(0, 8);
  readonly store = new Store(this.tab);
  readonly cache: Cache;
  readonly connection: Connection;
  readonly outbox: Outbox;
  /** Messages of subscriptions that ended, by list. */
  readonly failures = new Map<string, string>();
  /** Time of the rows that the device had, until the API's have come. */
  cachedAt: number | null = null;
  #stops: (() => void)[] = [];
  #release = (): void => undefined;
  #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #refusals = new Set<(refusal: Refusal) => void>();
  #leaving = false;

  constructor(private readonly parts: SyncParts) {
    for (const source of parts.sources) this.store.addSource(source.name, source.lists);
    this.cache = new Cache(databaseOf(parts.person.viewerId));
    this.outbox = new Outbox({
      store: this.store,
      tab: this.tab,
      send: (pending) => parts.send(pending, parts.person.token, this.#leaving),
      now: () => Date.now(),
      schedule: (run, ms) => void setTimeout(run, ms),
      save: (pending) => void this.cache.saveOutbox(this.tab, pending),
      refused: (pending, message) => {
        for (const listener of this.#refusals) listener({ pending, message });
      },
    });
    this.connection = new Connection(
      () => parts.person.token,
      () => {
        this.store.connected();
        this.outbox.resume();
        void this.#adopt();
      },
    );
    this.#stops.push(
      this.store.onReceived(({ source }) => {
        this.cachedAt = null;
        this.outbox.received();
        this.#saveSoon(source);
      }),
      onKeepsRows(() => this.#followChoice()),
    );
    void this.#begin();
  }

  onRefused(listener: (refusal: Refusal) => void): () => void {
    this.#refusals.add(listener);
    return () => this.#refusals.delete(listener);
  }

  /** Lets this device keep copies of rows, or removes those it has. What was typed or not sent yet stays. */
  keepRows(keep: boolean): void {
    setKeepsRows(keep);
    this.#followChoice();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    removeEventListener("pagehide", this.#leave);
    this.outbox.pause();
    this.connection.stop();
    this.#release();
    void this.cache.close();
  }

  async #begin(): Promise<void> {
    addEventListener("pagehide", this.#leave);
    // Held as long as the tab lives: whoever finds it free sends what the tab left.
    void navigator.locks?.request(
      TAB_LOCK + this.tab,
      () => new Promise<void>((resolve) => (this.#release = resolve)),
    );
    await Promise.all(this.parts.sources.map((source) => this.#restore(source)));
    await this.#adopt();
    const { profileId } = this.parts.person;
    if (profileId === null) return;
    for (const source of this.parts.sources) {
      const failed = (message: string | null): void => this.#failed(source, message);
      this.#stops.push(source.follow(this.connection, this.store, profileId, failed));
    }
  }

  #failed(source: Source, message: string | null): void {
    const before = source.lists.map((list) => this.failures.get(list) ?? null);
    if (before.every((held) => held === message)) return;
    for (const list of source.lists) {
      if (message === null) this.failures.delete(list);
      else this.failures.set(list, message);
    }
    this.store.setPending([...this.store.pending]); // tells those who listen
  }

  #followChoice(): void {
    if (!keepsRows()) return void this.cache.forgetRows();
    for (const { name } of this.parts.sources) this.#save(name);
  }

  async #restore(source: Source): Promise<void> {
    if (!keepsRows()) return;
    const held = await this.cache.rows(source.hash);
    if (held === undefined) return;
    this.cachedAt = Math.max(this.cachedAt ?? 0, held.at);
    this.store.restore(source.name, held.cursor, held.lists);
  }

  /** Takes over the changes of tabs that are gone. */
  async #adopt(): Promise<void> {
    if (!navigator.locks) return;
    await navigator.locks.request(OUTBOX_LOCK, async () => {
      const { held = [] } = await navigator.locks.query();
      const alive = new Set(held.map((lock) => lock.name));
      const left = (await this.cache.outbox()).filter((one) => !alive.has(TAB_LOCK + one.tab));
      this.outbox.adopt(left.filter((one) => one.tab !== this.tab));
    });
  }

  #saveSoon(name: string): void {
    if (this.#timers.has(name)) return;
    this.#timers.set(
      name,
      setTimeout(() => {
        this.#timers.delete(name);
        this.#save(name);
      }, SAVE_EVERY),
    );
  }

  #save(name: string): void {
    if (!keepsRows()) return;
    const source = this.parts.sources.find((one) => one.name === name);
    const cursor = this.store.cursor(name);
    if (source === undefined || cursor === null) return;
    const lists = Object.fromEntries(
      source.lists.map((list) => [list, [...this.store.confirmed(list).values()]]),
    );
    void this.cache.saveRows(source.hash, { cursor, lists, at: Date.now() });
  }

  #leave = (): void => {
    this.#leaving = true;
    this.outbox.release();
    this.#leaving = false;
    for (const name of this.#timers.keys()) this.#save(name);
  };
}
