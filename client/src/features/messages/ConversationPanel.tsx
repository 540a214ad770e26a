import { Sparkles } from "lucide-react";
import type { JSX, ReactNode } from "react";
import { useIsLive } from "@/sync/hooks";
import { Button } from "@/ui/Button";
import { Notice, Skeleton } from "@/ui/parts";
import { Composer } from "./Composer";
import { MessageList } from "./MessageList";
import { useConversation, type Scope } from "./useConversation";

export function ConversationPanel(props: {
  scope: Scope;
  label: string;
  opening: ReactNode;
  /** Ways to begin, one click each. */
  starters?: readonly string[];
  /** Why it cannot begin yet. */
  reason?: string | null;
  onTouched?: () => void;
}): JSX.Element {
  const conversation = useConversation(props.scope);
  const live = useIsLive();
  const { messages, running, problem } = conversation;
  const reason = props.reason ?? (live ? null : "Needs a connection.");
  const answered = messages.some((message) => message.role === "ASSISTANT" && message.finishedAt !== null);
  const ready = messages.at(-1)?.shouldExtract ?? false;
  const fresh = messages.length === 0 && !conversation.waiting;
  return (
    <div className="grid grid-cols-1 gap-3">
      {conversation.waiting ? (
        <Skeleton rows={2} />
      ) : (
        <MessageList conversation={conversation} opening={props.opening} />
      )}
      {fresh && props.starters && (
        <div className="flex flex-wrap gap-2">
          {props.starters.map((starter) => (
            <Button
              key={starter}
              className="whitespace-normal! text-left"
              disabled={reason !== null}
              onClick={() => void conversation.send(starter)}
            >
              {starter}
            </Button>
          ))}
        </div>
      )}
      {problem && <Notice tone="danger">{problem}</Notice>}
      {answered && running === null && (
        <Notice
          tone={ready ? "learning" : "calm"}
          side={
            <Button
              look={ready ? "primary" : "plain"}
              disabled={conversation.extracting || !live}
              onClick={() => void conversation.extract()}
            >
              <Sparkles size={16} aria-hidden />
              {conversation.extracting ? "Looking…" : "See what I learned"}
            </Button>
          }
        >
          {conversation.extracted ??
            (ready
              ? "That sounds like a good moment to sum up."
              : "Done talking? See what belongs in your profile.")}
        </Notice>
      )}
      <Composer
        draftKey={`message:${"actionId" in props.scope ? props.scope.actionId : "coach"}`}
        label={props.label}
        reason={reason}
        writing={running !== null}
        onSend={conversation.send}
        onStop={conversation.stop}
        {...(props.onTouched ? { onTouched: props.onTouched } : {})}
      />
    </div>
  );
}
