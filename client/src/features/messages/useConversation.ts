import { useMemo, useRef, useState } from "react";
import {
  CompletionMessagesDocument,
  ExtractLearningsDocument,
  MessagesDocument,
  SendCompletionMessageDocument,
  SendMessageDocument,
  StopReplyDocument,
  type MessagesQuery,
} from "@/gql/graphql";
import { useRows, useSync } from "@/sync/hooks";
import { useOfReply, useReply } from "@/sync/replying";
import type { Message } from "@/sync/lists";
import type { Reply, ReplyEnd } from "@/sync/reply";
import { newMutationId, problemWords, useAsk, type AskNow } from "@/sync/ask";
import { useAsked } from "@/sync/query";

/** The completion conversation of an action, or the general one of a profile. */
export type Scope = { readonly actionId: string } | { readonly profileId: string };
export type { Message };

const PAGE = 100;

type Page = MessagesQuery["messages"];

async function page(ask: AskNow, scope: Scope, after: string | null): Promise<Page> {
  if ("profileId" in scope) return (await ask(MessagesDocument, { ...scope, first: PAGE, after })).messages;
  return (await ask(CompletionMessagesDocument, { ...scope, first: PAGE, after })).completionMessages;
}

async function history(ask: AskNow, scope: Scope): Promise<Message[]> {
  const messages: Message[] = [];
  for (let after: string | null = null; ;) {
    const { edges, pageInfo } = await page(ask, scope, after);
    messages.push(...edges.map((edge) => edge.node));
    if (!pageInfo.hasNextPage) return messages;
    after = pageInfo.endCursor;
  }
}

const isRunning = (message: Message): boolean => message.role === "ASSISTANT" && message.finishedAt === null;

const oldestFirst = (a: Message, b: Message): number =>
  a.createdAt.localeCompare(b.createdAt) || b.role.localeCompare(a.role) || a.id.localeCompare(b.id);

/** What was asked for once, and over it what is live. */
function joined(asked: readonly Message[], live: readonly Message[]): readonly Message[] {
  const byId = new Map(asked.map((message) => [message.id, message]));
  for (const message of live) {
    if (message.version >= (byId.get(message.id)?.version ?? 0)) byId.set(message.id, message);
  }
  return [...byId.values()].toSorted(oldestFirst);
}

/** Shows the end of a reply before its row has come. */
function ended(message: Message, end: ReplyEnd): Message {
  if (end.__typename === "SubscriptionFailed" || !isRunning(message)) return message;
  const { text, status, attempt } = end.saved;
  const failure = end.__typename === "ChatFailed" ? { code: end.code, message: end.message } : null;
  const shouldExtract = end.__typename === "ChatCompleted" && end.shouldExtract;
  return { ...message, text, status, attempt, failure, shouldExtract, finishedAt: new Date().toISOString() };
}

export interface Conversation {
  readonly messages: readonly Message[];
  readonly waiting: boolean;
  readonly problem: string | null;
  /** The reply that is being written. */
  readonly running: Message | null;
  readonly reply: Reply | null;
  /** Returns false if it was not sent, so that the words are kept. */
  readonly send: (text: string) => Promise<boolean>;
  readonly stop: () => void;
  readonly extract: () => Promise<void>;
  readonly extracting: boolean;
  /** What came of the last extraction, in words. */
  readonly extracted: string | null;
}

export function useConversation(scope: Scope): Conversation {
  const sync = useSync();
  const ask = useAsk();
  const asked = useAsked(["messages", scope], (now) => history(now, scope));
  const actionId = "actionId" in scope ? scope.actionId : null;
  const rows = useRows("messages");
  const all = useMemo(
    () =>
      joined(
        asked.data ?? [],
        rows.filter((message) => message.careerActionId === actionId),
      ),
    [asked.data, rows, actionId],
  );
  const [problem, setProblem] = useState<string | null>(null);
  const [extracting, setExtracting] = useState(false);
  const [extracted, setExtracted] = useState<string | null>(null);
  const unsent = useRef({ text: "", mutationId: "" });
  const last = all.at(-1);
  const followed = last !== undefined && isRunning(last) ? last : null;
  const reply = useReply(followed?.id ?? null);
  const end = useOfReply(reply, "end");
  const messages = useMemo(
    () => (end === null ? all : all.map((one) => (one === followed ? ended(one, end) : one))),
    [all, followed, end],
  );
  const running = end === null ? followed : null;

  const guarded = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    setProblem(null);
    try {
      return await work();
    } catch (error) {
      setProblem(problemWords(error));
      return undefined;
    }
  };

  const send = async (text: string): Promise<boolean> => {
    // The same words sent again are the same message: the first answer may have been lost.
    if (unsent.current.text !== text) unsent.current = { text, mutationId: newMutationId(sync.tab) };
    const { mutationId } = unsent.current;
    const result = await guarded(async () =>
      "actionId" in scope
        ? (await ask(SendCompletionMessageDocument, { ...scope, text, mutationId })).sendCompletionMessage
        : (await ask(SendMessageDocument, { ...scope, text, mutationId })).sendMessage,
    );
    if (result === undefined) return false;
    unsent.current = { text: "", mutationId: "" };
    if (result.__typename === "SendMessagePayload") return true;
    setProblem(result.message);
    return false;
  };

  const stop = (): void => {
    if (running === null) return;
    void guarded(() => ask(StopReplyDocument, { messageId: running.id }));
  };

  const extract = async (): Promise<void> => {
    setExtracting(true);
    setExtracted(null);
    const mutationId = newMutationId(sync.tab);
    const result = await guarded(
      async () => (await ask(ExtractLearningsDocument, { ...scope, mutationId })).extractLearnings,
    );
    setExtracting(false);
    if (result === undefined) return;
    if (result.__typename !== "ExtractLearningsPayload") return setProblem(result.message);
    const count = result.learnings.length;
    setExtracted(
      count === 0
        ? "Nothing new for your profile in this."
        : count === 1
          ? "One thing to decide on, under “What you learned”."
          : `${count} things to decide on, under “What you learned”.`,
    );
  };

  return {
    messages,
    waiting: asked.isPending && all.length === 0 && asked.fetchStatus === "fetching",
    problem:
      problem ??
      (end?.__typename === "SubscriptionFailed" ? end.message : null) ??
      (asked.error === null ? null : problemWords(asked.error)),
    running,
    reply,
    send,
    stop,
    extract,
    extracting,
    extracted,
  };
}
