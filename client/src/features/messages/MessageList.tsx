import { memo, type JSX, type ReactNode } from "react";
import type { Reply } from "@/sync/reply";
import { useOfReply } from "@/sync/replying";
import type { Conversation, Message } from "./useConversation";

const MOUNTED = 100;

/** Blocks rather than flex boxes, here and around it: nested ones are measured again and again as text grows. */
function Bubble(props: { mine: boolean; children: ReactNode }): JSX.Element {
  return <div className={`w-fit max-w-[85%] space-y-1 ${props.mine ? "ml-auto" : ""}`}>{props.children}</div>;
}

const words = (mine: boolean): string =>
  `words rounded-2xl px-4 py-2.5 ${mine ? "rounded-br-md bg-action-soft" : "rounded-bl-md bg-sunken"}`;

const Line = memo(function Line({ text }: { text: string }): JSX.Element {
  return <span className="block min-h-[1lh]">{text}</span>;
});

/** Each line is a block of its own: while the last one grows, those before it need no new layout. */
function Lines({ text }: { text: string }): JSX.Element {
  return (
    <>
      {text
        .replace(/\n$/, "")
        .split("\n")
        .map((line, index) => (
          <Line key={index} text={line} />
        ))}
    </>
  );
}

/** A reply while it is written: with each of its words only this renders. */
function Written({ reply }: { reply: Reply | null }): JSX.Element {
  const text = useOfReply(reply, "text") ?? "";
  return (
    <Bubble mine={false}>
      <span className="sr-only">Coach</span>
      <div className={words(false)}>
        <Lines text={text === "" ? "…" : text} />
      </div>
    </Bubble>
  );
}

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
      {message.text !== "" && (
        <div className={words(mine)}>
          <Lines text={message.text} />
        </div>
      )}
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
        <div className="stack mb-auto p-4">
          {/* Apart from the reply: a hundred messages need no new layout and no new paint for each of its words. */}
          <div className="stack contain-content">
            {props.opening}
            {done.map((message) => (
              <Said key={message.id} message={message} />
            ))}
          </div>
          {running !== null && <Written reply={reply} />}
        </div>
      </div>
      <p className="sr-only" role="status">
        {running !== null ? "The coach is writing." : last?.role === "ASSISTANT" ? `Coach: ${last.text}` : ""}
      </p>
    </>
  );
}
