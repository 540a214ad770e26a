import type { ChatSubscription } from "@/gql/graphql";
import { ChatDocument } from "@/gql/graphql";
import type { Connection } from "./connection";
import { AGAIN } from "./feed";

type ChatEvent = ChatSubscription["chat"];
export type ReplyEnd = Exclude<ChatEvent, { __typename: "ChatDelta" | "ChatReset" }>;

export interface ReplyState {
  readonly text: string;
  /** How it ended; null while it is being written. */
  readonly end: ReplyEnd | null;
}

/** Applies one event of a reply: text is appended, a reset begins anew, and one terminal event ends it. */
export function applyEvent(state: ReplyState, event: ChatEvent): ReplyState {
  if (state.end !== null) return state;
  switch (event.__typename) {
    case "ChatDelta":
      return { ...state, text: state.text + event.text };
    case "ChatReset":
      return { ...state, text: "" };
    case "SubscriptionFailed":
      return { ...state, end: event };
    default:
      return { text: event.saved.text, end: event };
  }
}

/** A reply as it is written. A cut connection resumes behind the last character held. */
export class Reply {
  #state: ReplyState = { text: "", end: null };
  #cursor: string | null = null;
  #listeners = new Set<() => void>();
  #stop = (): void => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly connection: Connection,
    readonly messageId: string,
  ) {
    this.#start();
  }

  getSnapshot = (): ReplyState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  close(): void {
    clearTimeout(this.#timer);
    this.#stop();
  }

  #start(): void {
    const cursor = (): string | null => this.#cursor;
    const variables = {
      messageId: this.messageId,
      get after() {
        return cursor();
      },
    };
    this.#stop = this.connection.live(ChatDocument, variables, {
      next: ({ chat }) => this.#receive(chat),
      failed: (message) =>
        this.#receive({ __typename: "SubscriptionFailed", code: "INTERNAL", message, retryAfter: null }),
    });
  }

  #receive(event: ChatEvent): void {
    if (event.__typename === "SubscriptionFailed" && AGAIN.has(event.code)) {
      this.#stop();
      this.#timer = setTimeout(() => this.#start(), (event.retryAfter ?? 2) * 1_000);
      return;
    }
    if (event.__typename === "ChatDelta") this.#cursor = event.cursor;
    if (event.__typename === "ChatReset") this.#cursor = null;
    this.#state = applyEvent(this.#state, event);
    if (this.#state.end !== null) this.#stop();
    for (const listener of this.#listeners) listener();
  }
}
