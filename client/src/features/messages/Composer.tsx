import { SendHorizontal, Square } from "lucide-react";
import { useState, type FormEvent, type JSX, type KeyboardEvent } from "react";
import { useDraft } from "@/sync/drafting";
import { Button } from "@/ui/Button";

const LONGEST = 2_000;
const WARN_FROM = 1_800;

/** Kept apart from the list of messages, so that typing never waits for it. */
export function Composer(props: {
  draftKey: string;
  label: string;
  /** Why nothing can be sent now. */
  reason: string | null;
  writing: boolean;
  onSend: (text: string) => Promise<boolean>;
  onStop: () => void;
  onTouched?: () => void;
}): JSX.Element {
  const draft = useDraft(props.draftKey);
  const [sending, setSending] = useState(false);
  const text = draft.text.trim();
  const tooLong = text.length > LONGEST;
  const blocked = props.reason !== null || props.writing || sending || text === "" || tooLong;
  const submit = async (): Promise<void> => {
    if (blocked) return;
    setSending(true);
    if (await props.onSend(text)) draft.setText("");
    setSending(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && props.writing) props.onStop();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void submit();
  };
  return (
    <form
      className="grid gap-1.5"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div className="flex items-end gap-2">
        <textarea
          aria-label={props.label}
          placeholder={props.label}
          value={draft.text}
          rows={2}
          onFocus={props.onTouched}
          onChange={(event) => draft.setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-48 min-h-16 w-full min-w-0 resize-none rounded-xl border border-edge bg-card px-3 py-2 placeholder:text-muted"
        />
        {props.writing ? (
          <Button onClick={props.onStop}>
            <Square size={16} aria-hidden /> Stop
          </Button>
        ) : (
          <Button look="primary" type="submit" aria-disabled={blocked}>
            <SendHorizontal size={16} aria-hidden /> Send
          </Button>
        )}
      </div>
      <p className="flex min-h-5 justify-between gap-3 text-xs text-muted">
        <span role="status">
          {props.reason !== null && text !== ""
            ? `${props.reason} Your words are kept.`
            : (props.reason ?? "")}
        </span>
        {text.length >= WARN_FROM && (
          <span className={tooLong ? "text-danger" : ""}>
            {text.length} of {LONGEST}
          </span>
        )}
      </p>
    </form>
  );
}
