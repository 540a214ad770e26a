import { ChangesDocument } from "@/gql/graphql";
import { ApiError, documentId, type Document } from "@/sync/api";

type Variables = Record<string, unknown>;
type Answering = (variables: Variables) => unknown;

interface Subscription {
  readonly document: string;
  readonly variables: Variables;
  readonly send: (message: object) => void;
}

/** The browser's network, with an API at its other end that a test speaks for. All that is ours above it is real. */
export class Wire {
  /** What was asked by POST, in order. */
  readonly asked: { readonly document: string; readonly variables: Variables }[] = [];
  /** A peer that went away without a word: its connections stay, and answer no ping. */
  silent = false;
  readonly #answers = new Map<string, Answering>();
  readonly #lists: Variables[] = [];
  #subscriptions = new Map<object, Map<string, Subscription>>();
  #sockets = new Set<{ close: (code: number) => void }>();
  #down = false;
  #position = 1;

  static install(wire: Wire): void {
    const receive = (socket: object, text: string, send: (message: object) => void): void =>
      wire.#receive(socket, JSON.parse(text), send);
    globalThis.fetch = async (_url, init) => wire.#post(String(init?.body));
    globalThis.WebSocket = class extends EventTarget {
      static readonly CONNECTING = 0;
      static readonly OPEN = 1;
      static readonly CLOSING = 2;
      static readonly CLOSED = 3;
      readyState = 0;
      onopen: (() => void) | null = null;
      onmessage: ((event: { data: string }) => void) | null = null;
      onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null;
      onerror: (() => void) | null = null;
      #ended = false;
      constructor() {
        super();
        queueMicrotask(() => {
          if (wire.#down) return this.close(1006);
          this.readyState = 1;
          wire.#sockets.add(this);
          this.onopen?.();
        });
      }
      send(text: string): void {
        receive(this, text, (message) =>
          queueMicrotask(() => this.readyState === 1 && this.onmessage?.({ data: JSON.stringify(message) })),
        );
      }
      close(code = 1000): void {
        if (this.#ended) return;
        this.#ended = true;
        this.readyState = 3;
        wire.#sockets.delete(this);
        wire.#subscriptions.delete(this);
        // As in a browser: never before the caller has gone on.
        queueMicrotask(() => this.onclose?.({ code, reason: "", wasClean: code === 1000 }));
      }
    } as unknown as typeof WebSocket;
  }

  /** Says what a document is answered with from now on. */
  answer<Result, Asked>(document: Document<Result, Asked>, answering: (variables: Asked) => object): void {
    this.#answers.set(documentId(document), answering as Answering);
  }

  /** Variables of each time that the document was asked for. */
  askedFor<Result, Asked>(document: Document<Result, Asked>): Asked[] {
    const wanted = documentId(document);
    return this.asked.filter((one) => one.document === wanted).map((one) => one.variables as Asked);
  }

  /** What lists hold when somebody subscribes. */
  hold(...entities: Variables[]): void {
    this.#lists.push(...entities);
  }

  /** A change set for everybody who follows. */
  emit(upserts: Variables[], mutationIds: string[] = []): void {
    for (const entity of upserts) {
      const at = this.#lists.findIndex((one) => one["id"] === entity["id"]);
      if (at < 0) this.#lists.push(entity);
      else this.#lists[at] = entity;
    }
    this.#toAll(documentId(ChangesDocument), () => this.#changes("CHANGE", upserts, mutationIds));
  }

  /** An event for those who follow something else, such as a reply. */
  say<Result, Asked>(document: Document<Result, Asked>, data: Result): void {
    this.#toAll(documentId(document), () => data as object);
  }

  following<Result, Asked>(document: Document<Result, Asked>): Asked[] {
    const wanted = documentId(document);
    return [...this.#subscriptions.values()]
      .flatMap((one) => [...one.values()])
      .filter((one) => one.document === wanted)
      .map((one) => one.variables as Asked);
  }

  /** The server is away until `heal`. With 4403 it refuses who is signed in. */
  cut(code = 1006): void {
    this.#down = code !== 4403;
    for (const socket of this.#sockets) socket.close(code);
  }

  heal(): void {
    this.#down = false;
  }

  #toAll(document: string, data: () => object): void {
    for (const subscriptions of this.#subscriptions.values()) {
      for (const [id, one] of subscriptions) {
        if (one.document === document) one.send({ id, type: "next", payload: { data: data() } });
      }
    }
  }

  #changes(reason: string, upserts: Variables[], mutationIds: string[] = []): object {
    const cursor = `1:${this.#position++}`;
    return { changes: { reason, resyncReason: null, cursor, mutationIds, upserts, removed: [] } };
  }

  #receive(
    socket: object,
    message: { type: string; id?: string; payload?: { documentId: string; variables: Variables } },
    send: (message: object) => void,
  ): void {
    const { type, id = "", payload } = message;
    if (type === "connection_init") send({ type: "connection_ack" });
    if (type === "ping" && !this.silent) send({ type: "pong" });
    const held = this.#subscriptions.get(socket) ?? new Map<string, Subscription>();
    this.#subscriptions.set(socket, held);
    if (type === "complete") held.delete(id);
    if (type !== "subscribe" || payload === undefined) return;
    held.set(id, { document: payload.documentId, variables: payload.variables, send });
    if (payload.documentId === documentId(ChangesDocument)) {
      const reason = payload.variables["after"] === null ? "INITIAL" : "RESUME";
      send({ id, type: "next", payload: { data: this.#changes(reason, this.#lists) } });
    }
  }

  /** An error of the API comes as one; any other is the network's. */
  async #answered(answering: Answering, variables: Variables): Promise<object> {
    try {
      return { data: await answering(variables) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { code, message, retryAfter } = error;
      return { errors: [{ message, extensions: { code, retryAfter } }] };
    }
  }

  async #post(body: string): Promise<Response> {
    if (this.#down) throw new TypeError("no network");
    const { documentId: document, variables } = JSON.parse(body) as {
      documentId: string;
      variables: Variables;
    };
    this.asked.push({ document, variables });
    const answering = this.#answers.get(document);
    if (answering === undefined) throw new Error(`Nobody answers ${JSON.stringify(variables)}`);
    const answered = await this.#answered(answering, variables);
    await new Promise((resolve) => setTimeout(resolve, 0)); // no network answers before the page is drawn
    return Response.json(answered);
  }
}
