import { memo, type JSX, type ReactNode } from "react";
import type { Conversation, Message } from "./useConversation";

const MOUNTED = 100;

function Bubble(props: { mine: boolean; children: ReactNode }): JSX.Element {
  return (
    <div
      className={`flex max-w-[85%] flex-col gap-1 ${props.mine ? "items-end self-end" : "items-start self-start"}`}
    >
      {props.children}
    </div>
  );
}

const words = (mine: boolean): string =>
  `words rounded-2xl px-4 py-2.5 ${mine ? "rounded-br-md bg-action-soft" : "rounded-bl-md bg-sunken"}`;

const NOTES: Partial<Record<Message["status"], string>> = {
  STOPPED: "You stopped it here.",
  INTERRUPTED: "Cut off here. Write again to go on.",
};

const Said = memo(function Said({ message }: { message: Message }): JSX.Element {
  const mine = message.role === "USER";
  const note = NOTES[message.status];
  return (
    <Bubble mine={mine}>
      <span className="sr-only">{mine ? "You" : "Coach"}</span>
      {message.interruptedText && <p className={`${words(mine)} opacity-70`}>{message.interruptedText}</p>}
      {message.text !== "" && <p className={words(mine)}>{message.text}</p>}
      {message.failure && <p className="words text-sm text-danger">{message.failure.message}</p>}
      {note && <p className="text-xs text-muted">{note}</p>}
      {message.modelVersion && <p className="text-xs text-muted">{message.modelVersion}</p>}
    </Bubble>
  );
});

/** Grows from its end: it stays there while text comes, and a reader who scrolled up is not moved. */
export function MessageList(props: { conversation: Conversation; opening: ReactNode }): JSX.Element {
  const { messages, running, reply } = props.conversation;
  const done = messages.filter((message) => message !== running).slice(-MOUNTED);
  const last = done.at(-1);
  return (
    <>
      <div
        className="flex max-h-[60dvh] min-h-40 flex-col-reverse overflow-y-auto rounded-xl border border-line bg-card"
        tabIndex={0}
        role="log"
        aria-label="Conversation"
        aria-live="off"
        aria-busy={running !== null}
      >
        <div className="mb-auto flex flex-col gap-3 p-4">
          {/* Apart from the reply: a hundred messages need no new layout for each of its words. */}
          <div className="flex flex-col gap-3">
            {props.opening}
            {done.map((message) => (
              <Said key={message.id} message={message} />
            ))}
          </div>
          {running !== null && (
            <Bubble mine={false}>
              <span className="sr-only">Coach</span>
              <p className={words(false)}>{reply.text === "" ? "…" : reply.text}</p>
            </Bubble>
          )}
        </div>
      </div>
      <p className="sr-only" role="status">
        {running !== null ? "The coach is writing." : last?.role === "ASSISTANT" ? `Coach: ${last.text}` : ""}
      </p>
    </>
  );
}
