import { Outbox, type Answer } from "../outbox";
import type { ChangeSet } from "../rows";
import { Store, type Pending } from "../store";
import { ModelServer, type Action, type Result, type Status } from "./server";

const INVERSE: Partial<Record<Status, Status>> = { SAVED: "SUGGESTED", SUGGESTED: "SAVED" };

interface Request {
  readonly pending: Pending;
  readonly answer: (answer: Answer) => void;
  result?: Result;
}

interface Click {
  readonly rowId: string;
  readonly to: Status;
  readonly epoch: number;
  over: boolean;
}

function answerOf(result: Result, wanted: unknown): Answer {
  if (result.kind === "done") {
    const { id, version, status } = result.row; // an answer has fewer fields than an emission
    return { kind: "done", row: { id, version, status } as Action };
  }
  if (result.kind === "invalid" && result.currentStatus === wanted) return { kind: "already" };
  return { kind: "refused", message: "refused" };
}

/** A tab: its store and outbox, and what is on its way to and from it. */
export class Tab {
  readonly store: Store;
  readonly outbox: Outbox;
  readonly clicks = new Map<string, Click>();
  socket: ChangeSet[] | null = null;
  sent: string | null = null;
  requests: Request[] = [];
  saved: readonly Pending[] = [];
  kept: { cursor: string; rows: readonly Action[] } | null = null;

  constructor(
    readonly world: World,
    readonly name: string,
    kept: Tab["kept"],
  ) {
    this.store = new Store(name);
    this.store.addSource("actions", ["actions"]);
    this.outbox = new Outbox({
      store: this.store,
      tab: name,
      send: (pending) => new Promise((answer) => this.requests.push({ pending, answer })),
      now: () => world.now,
      schedule: (run, ms) => world.timers.push({ at: world.now + ms, run, tab: this }),
      save: (pending) => (this.saved = pending),
      refused: ({ mutationId }) => this.#over(mutationId),
    });
    this.store.onReceived(() => this.outbox.received());
    if (kept !== null) {
      this.kept = kept;
      this.store.restore("actions", kept.cursor, { actions: kept.rows });
    }
  }

  shown(id: string): Action | undefined {
    return this.store.row("actions", id) as Action | undefined;
  }

  click(id: string, to: Status, hold: boolean): void {
    const row = this.shown(id);
    if (row === undefined || row.status === to) return;
    const inverse = INVERSE[to];
    const before = this.store.pending;
    const mutationId = this.outbox.add({
      list: "actions",
      rowId: id,
      operation: to,
      variables: { id },
      patch: { status: to },
      ...(hold ? { hold: 6_000 } : {}),
      ...(inverse === undefined ? {} : { inverse }),
    });
    if (before.some((one) => one.mutationId === mutationId)) this.#over(mutationId);
    else this.clicks.set(mutationId, { rowId: id, to, epoch: this.#epoch(), over: false });
  }

  undo(): void {
    const last = this.store.pending.at(-1);
    if (last !== undefined && this.outbox.undo(last.mutationId)) this.#over(last.mutationId);
  }

  connect(): void {
    if (this.socket !== null) return;
    this.store.connected();
    this.outbox.resume();
    const first = this.world.server.first(this.store.cursor("actions"));
    this.socket = [first];
    this.sent = first.cursor;
  }

  cut(): void {
    this.socket = null;
  }

  /** The server sends what is new; several changes become one emission. */
  emit(): void {
    if (this.socket === null || this.sent === null) return;
    const change = this.world.server.changes(this.sent);
    if (change === null) return;
    this.socket.push(change);
    this.sent = change.cursor;
  }

  receive(): void {
    const change = this.socket?.shift();
    if (change !== undefined) this.store.receive("actions", change);
  }

  keep(): void {
    const cursor = this.store.cursor("actions");
    if (cursor !== null)
      this.kept = { cursor, rows: [...this.store.confirmed("actions").values()] as Action[] };
  }

  reach(): void {
    const request = this.requests.findLast((one) => one.result === undefined); // requests overtake each other
    if (request === undefined) return;
    const { mutationId, rowId, patch } = request.pending;
    request.result = this.world.server.mutate(mutationId, rowId, patch["status"] as Status);
  }

  answer(): void {
    const index = this.requests.findIndex((one) => one.result !== undefined);
    const [request] = index < 0 ? [] : this.requests.splice(index, 1);
    if (request?.result) request.answer(answerOf(request.result, request.pending.patch["status"]));
  }

  /** The request, or its answer, is lost on the way. */
  lose(): void {
    this.requests.shift()?.answer({ kind: "lost" });
  }

  /** Says what is wrong with the rows as shown: nothing from before a click may come back. */
  flicker(): string | null {
    for (const [mutationId, click] of this.clicks) {
      if (click.over || click.epoch !== this.world.server.epoch) continue;
      const row = this.shown(click.rowId);
      if (row === undefined) continue;
      const applied = this.world.server.appliedAt(mutationId);
      const later = this.store.pending.some(
        (one) => one.rowId === click.rowId && one.mutationId !== mutationId,
      );
      const newer = applied !== undefined && row.version > applied;
      if (row.status !== click.to && !later && !newer)
        return `${mutationId} to ${click.to} shows ${row.status}`;
    }
    return null;
  }

  /** Of the history that the tab has seen: what a restore took back may come and go. */
  #epoch(): number {
    return Number(this.store.cursor("actions")?.split(":")[0]);
  }

  #over(mutationId: string): void {
    const click = this.clicks.get(mutationId);
    if (click) click.over = true;
  }
}

export class World {
  readonly server = new ModelServer();
  now = 1_000_000;
  timers: { at: number; run: () => void; tab: Tab }[] = [];
  tabs: Tab[];
  #opened = 0;
  #others = 0;

  constructor() {
    for (let count = 0; count < 3; count++) this.server.add();
    this.tabs = [this.open(null), this.open(null)];
  }

  otherId(): string {
    return `other.${this.#others++}`;
  }

  open(kept: Tab["kept"]): Tab {
    return new Tab(this, `tab${this.#opened++}`, kept);
  }

  pass(ms: number): void {
    this.now += ms;
    const due = this.timers.filter((timer) => timer.at <= this.now);
    this.timers = this.timers.filter((timer) => timer.at > this.now);
    for (const { run, tab } of due) if (this.tabs.includes(tab)) run();
  }

  /** A tab dies; another comes up from what it kept and takes over its changes. */
  kill(index: number): void {
    const dead = this.tabs[index];
    if (dead === undefined) return;
    const next = this.open(dead.kept);
    this.tabs[index] = next;
    for (const [mutationId, click] of dead.clicks) {
      const left = dead.saved.some((one) => one.mutationId === mutationId);
      if (left && next.shown(click.rowId)) next.clicks.set(mutationId, { ...click });
    }
    next.outbox.adopt(dead.saved);
  }

  /** Everything arrives, until nothing is on its way. */
  async settle(): Promise<void> {
    for (let round = 0; round < 60; round++) {
      for (const tab of this.tabs) {
        tab.connect();
        tab.emit();
        tab.receive();
        tab.reach();
        tab.answer();
      }
      await ticks();
      this.pass(3_000);
    }
  }
}

/** Lets promises that were answered go on. */
export async function ticks(): Promise<void> {
  for (let count = 0; count < 6; count++) await Promise.resolve();
}
