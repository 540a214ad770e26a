import { applyPart, isWhole, mergeAnswer, type ChangeSet, type Row, type Rows } from "./rows";

/** A change of one row that the API has not confirmed yet; it is drawn over the row. */
export interface Pending {
  readonly mutationId: string;
  readonly list: string;
  readonly rowId: string;
  /** Name of the mutation, known to whoever sends it. */
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly patch: Readonly<Record<string, unknown>>;
  /** Time from which it may be sent; before that it can be undone. */
  readonly sendAt: number;
  /** `unsure`: the answer was lost. `settling`: done before, and its row is still on its way. */
  readonly state: "waiting" | "sent" | "unsure" | "settling";
  readonly attempts: number;
  /** The connection in which it began to settle. */
  readonly settlingSince?: number;
}

interface Source {
  readonly lists: readonly string[];
  cursor: string | null;
  /** Nothing was received or found in the cache yet. */
  empty: boolean;
  /** The next emission is the first of its connection. */
  first: boolean;
  /** Rows that an answer brought further than the emissions have, each with the connection of its time. */
  ahead: Map<string, number>;
}

/** Where in time something was sent: histories are parted by restores, connections by cuts. */
export interface Moment {
  readonly history: number;
  readonly connection: number;
}

interface Drawn {
  readonly base: Rows;
  readonly pending: readonly Pending[];
  readonly rows: readonly Row[];
  readonly byId: Rows;
}

export interface Received {
  readonly source: string;
  readonly change: ChangeSet;
  /** None of its changes was made here. */
  readonly foreign: boolean;
}

const NOTHING: Rows = new Map();

/** What this tab holds: the API's rows, one cursor a source, and the changes drawn over them. */
export class Store {
  #sources = new Map<string, Source>();
  #rows = new Map<string, Rows>();
  #pending: readonly Pending[] = [];
  #history = 0;
  #connection = 0;
  #drawn = new Map<string, Drawn>();
  #listeners = new Set<() => void>();
  #receivers = new Set<(received: Received) => void>();

  constructor(private readonly tab: string) {}

  addSource(name: string, lists: readonly string[]): void {
    this.#sources.set(name, { lists, cursor: null, empty: true, first: true, ahead: new Map() });
  }

  cursor(source: string): string | null {
    return this.#source(source).cursor;
  }

  /** Tells whether a list has never been received. */
  isEmpty(list: string): boolean {
    return this.#sourceOf(list)?.empty ?? true;
  }

  get pending(): readonly Pending[] {
    return this.#pending;
  }

  /** The API's rows of a list, without what is drawn over them. */
  confirmed(list: string): Rows {
    return this.#rows.get(list) ?? NOTHING;
  }

  /** The rows as shown, the same array until one of them changes. */
  rows(list: string): readonly Row[] {
    return this.#draw(list).rows;
  }

  row(list: string, id: string): Row | undefined {
    return this.#draw(list).byId.get(id);
  }

  /** The present moment of the API's history, to be told with an answer. */
  get moment(): Moment {
    return { history: this.#history, connection: this.#connection };
  }

  connected(): void {
    this.#connection++;
    for (const source of this.#sources.values()) source.first = true;
  }

  restore(source: string, cursor: string, lists: Readonly<Record<string, readonly Row[]>>): void {
    const held = this.#source(source);
    if (!held.empty) return; // the API was faster than the cache
    held.cursor = cursor;
    held.empty = false;
    for (const list of held.lists) {
      this.#rows.set(list, new Map((lists[list] ?? []).map((row) => [row.id, row])));
    }
    this.#changed();
  }

  receive(name: string, change: ChangeSet): void {
    const source = this.#source(name);
    const whole = isWhole(change);
    if (change.diverged || change.reason === "INITIAL") this.#begin(source);
    source.first = false;
    for (const list of source.lists) {
      const part = change.parts[list];
      if (part === undefined) continue;
      this.#rows.set(list, applyPart(this.confirmed(list), part, whole, source.ahead));
      for (const row of part.upserts) this.#caughtUp(source, list, row);
    }
    source.cursor = change.cursor;
    source.empty = false;
    const foreign = !change.mutationIds.some((id) => id.startsWith(`${this.tab}.`));
    const pending = this.#pending
      .filter((one) => !this.#confirmedBy(one, source, change))
      .map((one) =>
        one.state === "unsure" && change.reason !== "CHANGE" && source.lists.includes(one.list)
          ? { ...one, state: "waiting" as const }
          : one,
      );
    // The same array while nothing of it changed: else whoever shows it would render at each emission.
    const isSame =
      pending.length === this.#pending.length && pending.every((one, at) => one === this.#pending[at]);
    if (!isSame) this.#pending = pending;
    this.#changed();
    for (const receiver of this.#receivers) receiver({ source: name, change, foreign });
  }

  /** An answer's row; it never brings back one that was removed. */
  merge(list: string, fields: Row, connection: number): void {
    const before = this.confirmed(list);
    const after = mergeAnswer(before, fields);
    if (after === before) return;
    this.#rows.set(list, after);
    this.#sourceOf(list)?.ahead.set(fields.id, connection);
    this.#changed();
  }

  setPending(pending: readonly Pending[]): void {
    this.#pending = pending;
    this.#changed();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hears of every emission, after it is shown. */
  onReceived(receiver: (received: Received) => void): () => void {
    this.#receivers.add(receiver);
    return () => this.#receivers.delete(receiver);
  }

  #source(name: string): Source {
    const found = this.#sources.get(name);
    if (found === undefined) throw new Error(`No source ${name}`);
    return found;
  }

  #sourceOf(list: string): Source | undefined {
    return [...this.#sources.values()].find((source) => source.lists.includes(list));
  }

  /** Possibly another history than before: what answers of that one brought is not in it. */
  #begin(source: Source): void {
    this.#history++;
    for (const [id, connection] of source.ahead) {
      if (!source.first || connection < this.#connection) source.ahead.delete(id);
    }
  }

  #caughtUp(source: Source, list: string, row: Row): void {
    const held = this.confirmed(list).get(row.id);
    if (held === undefined || row.version >= held.version) source.ahead.delete(row.id);
  }

  #confirmedBy(pending: Pending, source: Source, change: ChangeSet): boolean {
    if (change.mutationIds.includes(pending.mutationId)) return true;
    if (pending.state !== "settling" || !source.lists.includes(pending.list)) return false;
    // The first emission of a connection has all that happened before it.
    if (change.reason !== "CHANGE" && (pending.settlingSince ?? 0) < this.#connection) return true;
    const row = change.parts[pending.list]?.upserts.find(({ id }) => id === pending.rowId);
    return row !== undefined && shows(row, pending.patch);
  }

  #draw(list: string): Drawn {
    const base = this.confirmed(list);
    const pending = this.#pending.filter((one) => one.list === list);
    const before = this.#drawn.get(list);
    if (before?.base === base && same(before.pending, pending)) return before;
    const byId = new Map(base);
    for (const one of pending) {
      const row = byId.get(one.rowId);
      if (row !== undefined) byId.set(one.rowId, { ...row, ...one.patch });
    }
    for (const { rowId } of pending) keepIdentity(byId, before?.byId, rowId);
    const drawn = { base, pending, byId, rows: [...byId.values()] };
    this.#drawn.set(list, drawn);
    return drawn;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Tells whether a row looks as a change wants it. */
export function shows(row: Row, patch: Pending["patch"]): boolean {
  return Object.entries(patch).every(([key, value]) => row[key as keyof Row] === value);
}

function same(a: readonly Pending[], b: readonly Pending[]): boolean {
  return a.length === b.length && a.every((one, index) => one.patch === b[index]?.patch);
}

/** Keeps a drawn-over row that looks as it did: it is made anew each time. */
function keepIdentity(byId: Map<string, Row>, before: Rows | undefined, id: string): void {
  const was = before?.get(id);
  const now = byId.get(id);
  if (was === undefined || now === undefined) return;
  const keys = Object.keys(now) as (keyof Row)[];
  if (keys.length === Object.keys(was).length && keys.every((key) => Object.is(was[key], now[key]))) {
    byId.set(id, was);
  }
}
