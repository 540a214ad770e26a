import type { Row } from "./rows";
import { shows, type Moment, type Pending, type Store } from "./store";

/** What became of a change that was sent. */
export type Answer =
  | { readonly kind: "done"; readonly row?: Row }
  /** It was in the wanted state already. */
  | { readonly kind: "already" }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "later"; readonly seconds: number; readonly message: string }
  | { readonly kind: "lost" }
  | { readonly kind: "signed-out" };

export interface OutboxParts {
  readonly store: Store;
  readonly tab: string;
  readonly send: (pending: Pending) => Promise<Answer>;
  readonly now: () => number;
  readonly schedule: (run: () => void, ms: number) => void;
  /** Keeps the queue on the device. */
  readonly save: (pending: readonly Pending[]) => void;
  /** Tells that a change did not come about, with the reason in words. */
  readonly refused: (pending: Pending, message: string) => void;
}

export type Wanted = Pick<Pending, "list" | "rowId" | "operation" | "variables" | "patch"> & {
  /** Milliseconds in which it can be undone before it is sent. */
  readonly hold?: number;
  /** Name of the operation that takes it back: both vanish if neither was sent. */
  readonly inverse?: string;
};

/** Milliseconds for which what the API cannot take back is held, so that a person can. */
export const UNDO_WITHIN = 6_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;
/** The API heals within five seconds, and a dead connection is found in twenty: by then a row has come. */
const SETTLED_BY = 30_000;

/** Sends changes in order, those of one row one after the other, until each is confirmed or refused. */
export class Outbox {
  #next = 1;
  #paused = true;
  #saved: readonly Pending[] | undefined;
  #notBefore = new Map<string, number>();

  constructor(private readonly parts: OutboxParts) {}

  get #pending(): readonly Pending[] {
    return this.parts.store.pending;
  }

  /** Changes that a reload or another tab left behind: nobody is there to undo them. */
  adopt(left: readonly Pending[]): void {
    const known = new Set(this.#pending.map((one) => one.mutationId));
    const fresh = left.filter((one) => !known.has(one.mutationId));
    if (fresh.length === 0) return;
    this.#set([...fresh.map((one) => ({ ...one, state: "waiting" as const, sendAt: 0 })), ...this.#pending]);
    this.#pump();
  }

  add({ hold = 0, inverse, ...wanted }: Wanted): string {
    const mutationId = `${this.parts.tab}.${this.parts.now().toString(36)}.${this.#next++}`;
    const opposite = this.#unsent(wanted.rowId, inverse);
    if (opposite !== undefined) {
      this.undo(opposite.mutationId);
      return opposite.mutationId;
    }
    const sendAt = this.parts.now() + hold;
    this.#set([...this.#pending, { ...wanted, mutationId, sendAt, state: "waiting", attempts: 0 }]);
    if (hold > 0) this.parts.schedule(() => this.#pump(), hold);
    this.#pump();
    return mutationId;
  }

  /** Takes a change back that was not sent. Returns false if it is too late. */
  undo(mutationId: string): boolean {
    const found = this.#find(mutationId);
    if (found === undefined || found.state !== "waiting" || found.attempts > 0) return false;
    this.#drop(mutationId);
    return true;
  }

  /** Sends what could still be undone at once, as when the page is left. */
  release(): void {
    const now = this.parts.now();
    this.#set(this.#pending.map((one) => (one.sendAt > now ? { ...one, sendAt: now } : one)));
    this.#pump();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#notBefore.clear();
    this.#pump();
  }

  /** Looks for what an emission confirmed or sent back to the queue. */
  received(): void {
    // Most emissions change nothing here: a transaction for each would queue up on a busy account.
    if (this.#saved !== this.#pending) this.#save();
    this.#pump();
  }

  #unsent(rowId: string, operation: string | undefined): Pending | undefined {
    const last = this.#pending.findLast((one) => one.rowId === rowId);
    return last?.operation === operation && last?.state === "waiting" && last.attempts === 0
      ? last
      : undefined;
  }

  #find(mutationId: string): Pending | undefined {
    return this.#pending.find((one) => one.mutationId === mutationId);
  }

  #pump(): void {
    if (this.#paused) return;
    const now = this.parts.now();
    const busy = new Set<string>();
    for (const one of this.#pending) {
      const ready = one.sendAt <= now && (this.#notBefore.get(one.mutationId) ?? 0) <= now;
      if (one.state === "waiting" && ready && !busy.has(one.rowId)) void this.#send(one);
      busy.add(one.rowId);
    }
  }

  async #send(one: Pending): Promise<void> {
    const sent = { ...one, state: "sent" as const, attempts: one.attempts + 1 };
    this.#replace(sent);
    const { moment } = this.parts.store;
    const answer = await this.parts.send(sent).catch((): Answer => ({ kind: "lost" }));
    this.#answered(sent, answer, moment);
    this.#pump();
  }

  #answered(sent: Pending, answer: Answer, moment: Moment): void {
    const current = moment.history === this.parts.store.moment.history;
    if (answer.kind === "done" && answer.row && current) {
      this.parts.store.merge(sent.list, answer.row, moment.connection);
    }
    if (this.#find(sent.mutationId) === undefined) return; // an emission was faster
    switch (answer.kind) {
      case "done":
        return current ? this.#drop(sent.mutationId) : this.#settle(sent);
      case "refused":
        this.#drop(sent.mutationId);
        return this.parts.refused(sent, answer.message);
      case "already":
        return this.#settle(sent);
      case "later":
        return this.#later(sent, "waiting", answer.seconds * 1_000);
      case "lost":
        return this.#later(sent, "unsure", Math.min(FIRST_PAUSE * 2 ** (sent.attempts - 1), LONGEST_PAUSE));
      case "signed-out":
        this.#replace({ ...sent, state: "waiting" });
        return this.pause();
    }
  }

  /** The row that shows it has come, or will in a moment. */
  #settle(sent: Pending): void {
    const row = this.parts.store.confirmed(sent.list).get(sent.rowId);
    if (row === undefined || shows(row, sent.patch)) return this.#drop(sent.mutationId);
    const settlingSince = this.parts.store.moment.connection;
    this.#replace({ ...sent, state: "settling", settlingSince });
    this.parts.schedule(() => {
      if (this.#find(sent.mutationId)?.state === "settling") this.#drop(sent.mutationId);
      this.#pump();
    }, SETTLED_BY);
  }

  #later(sent: Pending, state: "waiting" | "unsure", pause: number): void {
    this.#notBefore.set(sent.mutationId, this.parts.now() + pause);
    this.#replace({ ...sent, state });
    this.parts.schedule(() => {
      const held = this.#find(sent.mutationId);
      if (held?.state === "unsure" && held.attempts === sent.attempts)
        this.#replace({ ...held, state: "waiting" });
      this.#pump();
    }, pause);
  }

  #drop(mutationId: string): void {
    this.#notBefore.delete(mutationId);
    this.#set(this.#pending.filter((one) => one.mutationId !== mutationId));
  }

  #replace(changed: Pending): void {
    this.#set(this.#pending.map((one) => (one.mutationId === changed.mutationId ? changed : one)));
  }

  #set(pending: readonly Pending[]): void {
    this.parts.store.setPending(pending);
    this.#save();
  }

  #save(): void {
    this.#saved = this.#pending;
    this.parts.save(this.#saved);
  }
}
