import type { ChangeSet, Row } from "../rows";

export type Status = "SUGGESTED" | "SAVED" | "IN_PROGRESS" | "DISMISSED";

export interface Action extends Row {
  readonly status: Status;
  readonly title: string;
}

const ALLOWED: Readonly<Record<Status, readonly Status[]>> = {
  SUGGESTED: ["SAVED", "IN_PROGRESS", "DISMISSED"],
  SAVED: ["SUGGESTED", "IN_PROGRESS", "DISMISSED"],
  IN_PROGRESS: ["SUGGESTED"],
  DISMISSED: [],
};

export type Result =
  | { readonly kind: "done"; readonly row: Action }
  | { readonly kind: "invalid"; readonly currentStatus: Status }
  | { readonly kind: "missing" };

interface State {
  rows: Map<string, Action>;
  log: { seq: number; id: string; mutationId: string | null }[];
  answers: Map<string, Result>;
  /** Version of a row to which a mutation brought it. */
  applied: Map<string, number>;
  seq: number;
}

/** The rules that the API keeps: one numbered log, cursors, typed refusals, each mutation once. */
export class ModelServer {
  epoch = 1;
  #state: State = { rows: new Map(), log: [], answers: new Map(), applied: new Map(), seq: 0 };
  #copy: State | undefined;
  #made = 0;

  get rows(): ReadonlyMap<string, Action> {
    return this.#state.rows;
  }

  appliedAt(mutationId: string): number | undefined {
    return this.#state.applied.get(mutationId);
  }

  add(): void {
    const id = `action${this.#made++}`;
    this.#put({ id, version: 1, status: "SUGGESTED", title: id }, null);
  }

  rename(id: string): void {
    const row = this.rows.get(id);
    if (row) this.#put({ ...row, version: row.version + 1, title: `${row.title}'` }, null);
  }

  remove(id: string): void {
    if (this.#state.rows.delete(id)) this.#note(id, null);
  }

  mutate(mutationId: string, id: string, to: Status): Result {
    const before = this.#state.answers.get(mutationId);
    if (before !== undefined) return before;
    const row = this.rows.get(id);
    if (row === undefined) return { kind: "missing" };
    if (!ALLOWED[row.status].includes(to)) {
      if (row.status === to) this.#state.applied.set(mutationId, row.version);
      return { kind: "invalid", currentStatus: row.status };
    }
    const changed = { ...row, version: row.version + 1, status: to };
    this.#put(changed, mutationId);
    this.#state.applied.set(mutationId, changed.version);
    const answer: Result = { kind: "done", row: changed };
    this.#state.answers.set(mutationId, answer);
    return answer;
  }

  trim(): void {
    this.#state.log = this.#state.log.slice(-1);
  }

  backUp(): void {
    this.#copy = structuredClone(this.#state);
  }

  /** A restored copy: versions go back, and cursors of the other history are not taken. */
  restore(): boolean {
    if (this.#copy === undefined) return false;
    this.#state = structuredClone(this.#copy);
    this.epoch++;
    return true;
  }

  first(after: string | null): ChangeSet {
    const since = after === null ? null : this.#since(after);
    if (since === null) {
      const part = { upserts: [...this.rows.values()], removed: [] };
      const diverged = after !== null && !after.startsWith(`${this.epoch}:`);
      return {
        ...this.#envelope(after === null ? "INITIAL" : "RESYNC", []),
        diverged,
        parts: { actions: part },
      };
    }
    return this.#changes("RESUME", since);
  }

  changes(after: string): ChangeSet | null {
    const since = this.#since(after);
    if (since === null) return this.first(after);
    return since === this.#state.seq ? null : this.#changes("CHANGE", since);
  }

  #since(after: string): number | null {
    const [epoch, seq] = after.split(":").map(Number) as [number, number];
    const oldest = this.#state.log[0]?.seq ?? this.#state.seq + 1;
    return epoch === this.epoch && seq >= oldest - 1 && seq <= this.#state.seq ? seq : null;
  }

  #changes(reason: "CHANGE" | "RESUME", since: number): ChangeSet {
    const entries = this.#state.log.filter((entry) => entry.seq > since);
    const ids = [...new Set(entries.map((entry) => entry.id))];
    const upserts = ids.flatMap((id) => this.rows.get(id) ?? []);
    const removed = ids.filter((id) => !this.rows.has(id));
    const mutationIds = entries.flatMap((entry) => entry.mutationId ?? []);
    return { ...this.#envelope(reason, mutationIds), parts: { actions: { upserts, removed } } };
  }

  #envelope(reason: ChangeSet["reason"], mutationIds: readonly string[]): Omit<ChangeSet, "parts"> {
    return { reason, cursor: `${this.epoch}:${this.#state.seq}`, mutationIds };
  }

  #put(row: Action, mutationId: string | null): void {
    this.#state.rows.set(row.id, row);
    this.#note(row.id, mutationId);
  }

  #note(id: string, mutationId: string | null): void {
    this.#state.log.push({ seq: ++this.#state.seq, id, mutationId });
  }
}
