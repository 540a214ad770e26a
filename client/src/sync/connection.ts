import { createClient, type Client, type SubscribePayload } from "graphql-ws";
import { documentId, ENDPOINT, type Document } from "./api";

export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** `retryAt` is the time of the next try. */
  | { readonly kind: "waiting"; readonly retryAt: number; readonly since: number }
  | { readonly kind: "offline"; readonly since: number }
  | { readonly kind: "signed-out" };

export interface Sink<Result> {
  next(data: Result): void;
  /** It ended and will not come again by itself. */
  failed(message: string): void;
}

interface Answer {
  data?: unknown;
  errors?: readonly { message: string }[];
}

const SIGNED_OUT = 4403;
const DRAIN = 1012;
const LONGEST_WAIT = 15_000;
/** An acknowledged connection that does not answer a ping is dead. */
const PING_EVERY = 15_000;
const PONG_WITHIN = 5_000;

const codeOf = (event: unknown): number | undefined =>
  typeof event === "object" && event !== null && "code" in event ? Number(event.code) : undefined;

/** The tab's one socket. It never gives up, and says how it is doing. */
export class Connection {
  #state: ConnectionState = { kind: "connecting" };
  #listeners = new Set<() => void>();
  #client: Client;
  #wake: (() => void) | undefined;
  #drained = false;
  #pong: ReturnType<typeof setTimeout> | undefined;

  constructor(
    token: () => string,
    private readonly onConnected: () => void,
  ) {
    this.#client = createClient({
      url: () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${ENDPOINT}`,
      lazy: false,
      keepAlive: PING_EVERY,
      connectionAckWaitTimeout: PONG_WITHIN * 2,
      connectionParams: () => ({ authorization: `Bearer ${token()}` }),
      retryAttempts: Infinity,
      // A fault of ours would come again at once, for ever. The end of a silent connection is an error with a code.
      shouldRetry: (event) => {
        const code = codeOf(event);
        return code === undefined ? !(event instanceof Error) : code !== SIGNED_OUT;
      },
      // The library wants a text; the API takes an id only without one.
      jsonMessageReplacer: (key, value: unknown) => (key === "query" && value === "" ? undefined : value),
      retryWait: (tries) => this.#wait(tries),
      onNonLazyError: () => undefined,
      on: {
        connected: () => {
          this.#drained = false;
          this.#set({ kind: "live" });
          this.onConnected();
        },
        ping: (received) => !received && this.#expectPong(),
        pong: (received) => received && clearTimeout(this.#pong),
        closed: (event) => this.#closed(codeOf(event)),
      },
    });
    addEventListener("online", this.retryNow);
    addEventListener("offline", this.#lostNetwork);
    document.addEventListener("visibilitychange", this.retryNow);
  }

  getSnapshot = (): ConnectionState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Ends a pause between two tries. */
  retryNow = (): void => this.#wake?.();

  /** Subscribes until told otherwise. `variables` are read anew at each connection. */
  live<Result>(
    document: Document<Result, never>,
    variables: Readonly<Record<string, unknown>>,
    sink: Sink<Result>,
  ): () => void {
    const payload = { query: "", documentId: documentId(document), variables } as SubscribePayload;
    return this.#client.subscribe(payload, {
      next: (answer: Answer) => {
        const error = answer.errors?.[0];
        // What goes wrong while it is shown must not end the connection, as it would in the library.
        try {
          if (error !== undefined) sink.failed(error.message);
          else sink.next(answer.data as Result);
        } catch (fault) {
          reportError(fault);
        }
      },
      error: (error) => {
        const first: unknown = Array.isArray(error) ? error[0] : undefined;
        if (first instanceof Error || (typeof first === "object" && first !== null && "message" in first)) {
          sink.failed(String(first.message));
        }
      },
      complete: () => undefined,
    });
  }

  stop(): void {
    removeEventListener("online", this.retryNow);
    removeEventListener("offline", this.#lostNetwork);
    document.removeEventListener("visibilitychange", this.retryNow);
    clearTimeout(this.#pong);
    // A socket that was just being opened may never be: then there is nothing to close.
    void Promise.resolve(this.#client.dispose()).catch(() => undefined);
  }

  #lostNetwork = (): void => {
    if (this.#state.kind !== "signed-out") this.#expectPong();
  };

  #expectPong(): void {
    clearTimeout(this.#pong);
    this.#pong = setTimeout(() => this.#client.terminate(), PONG_WITHIN);
  }

  #closed(code: number | undefined): void {
    clearTimeout(this.#pong);
    this.#drained = code === DRAIN;
    if (code === SIGNED_OUT) this.#set({ kind: "signed-out" });
  }

  async #wait(tries: number): Promise<void> {
    const longest = this.#drained && tries === 0 ? 200 : Math.min(300 * 2 ** tries, LONGEST_WAIT);
    const pause = longest * (0.5 + Math.random() / 2);
    const since = "since" in this.#state ? this.#state.since : Date.now();
    this.#set(
      navigator.onLine ? { kind: "waiting", retryAt: Date.now() + pause, since } : { kind: "offline", since },
    );
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  #set(state: ConnectionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
