import { Check, Pencil, Undo2, X } from "lucide-react";
import { useState, type FormEvent, type JSX } from "react";
import type { LearningEdit, LearningStatus } from "@/gql/graphql";
import { useSync } from "@/sync/hooks";
import type { Learning } from "@/sync/lists";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Tag } from "@/ui/parts";
import { contents, FIELD_OF, KINDS, label } from "./messages";
import type { LearningOperation } from "./operations";

const TO: Readonly<Record<LearningOperation, LearningStatus>> = {
  acceptLearning: "ACCEPTED",
  rejectLearning: "REJECTED",
  retractLearning: "RETRACTED",
};

/** Puts the changed words back into the shape of the proposal; lists are separated by commas. */
function edited(learning: Learning, words: FormData): LearningEdit {
  const field = FIELD_OF[learning.kind];
  const value: unknown = learning.proposal[field];
  if (typeof value !== "object" || value === null) return { goal: String(words.get("goal")) };
  const changed = Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== "source")
      .map(([name, held]) => {
        const text = words.get(name);
        if (typeof text !== "string") return [name, held];
        if (Array.isArray(held))
          return [
            name,
            text
              .split(",")
              .map((item) => item.trim())
              .filter(Boolean),
          ];
        return [name, typeof held === "number" ? Number(text) : text.trim()];
      }),
  );
  return { [field]: changed };
}

function Editing(props: { learning: Learning; done: (edit: LearningEdit | null) => void }): JSX.Element {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    props.done(edited(props.learning, new FormData(event.currentTarget)));
  };
  return (
    <form
      onSubmit={submit}
      className="grid gap-3"
      onKeyDown={(event) => event.key === "Escape" && props.done(null)}
    >
      {contents(props.learning).map(([field, text], index) => (
        <TextField
          key={field}
          label={label(field)}
          name={field}
          defaultValue={text}
          autoFocus={index === 0}
        />
      ))}
      <div className="flex flex-wrap gap-2">
        <Button look="primary" type="submit">
          Add it like this
        </Button>
        <Button look="quiet" onClick={() => props.done(null)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

const STATES: Readonly<Record<LearningStatus, string>> = {
  PENDING: "",
  ACCEPTED: "In your profile",
  REJECTED: "Left out",
  RETRACTED: "Taken back",
};

/** A proposal beside the sentence that it rests on. */
export function LearningCard({ learning }: { learning: Learning }): JSX.Element {
  const { outbox } = useSync();
  const [editing, setEditing] = useState(false);
  const change = (operation: LearningOperation, edit: LearningEdit | null = null): void => {
    const [list, rowId] = ["learnings", learning.id] as const;
    outbox.add({ list, rowId, operation, variables: { edit }, patch: { status: TO[operation] } });
  };
  const pending = learning.status === "PENDING";
  const said = contents(learning);
  // A number says nothing without what it counts; a name does.
  const bare = learning.kind !== "CONSTRAINT";
  const what = said[0] === undefined ? "" : bare ? said[0][1] : `${label(said[0][0])} ${said[0][1]}`;
  return (
    <li
      data-item
      tabIndex={0}
      aria-label={`${KINDS[learning.kind]}: ${what}`}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || !pending || editing) return;
        if (event.key === "a") change("acceptLearning");
        if (event.key === "r") change("rejectLearning");
        if (event.key === "a" || event.key === "r") event.stopPropagation();
      }}
      className="grid gap-2 rounded-xl border border-line bg-card p-4"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Tag tone="learning">{KINDS[learning.kind]}</Tag>
        {!pending && <span className="text-xs text-muted">{STATES[learning.status]}</span>}
      </div>
      {editing ? (
        <Editing
          learning={learning}
          done={(edit) => {
            setEditing(false);
            if (edit !== null) change("acceptLearning", edit);
          }}
        />
      ) : (
        <>
          <dl className="grid gap-1">
            {said.map(([field, text], index) => (
              <div key={field} className={bare && index === 0 ? "" : "flex gap-2 text-sm"}>
                <dt className={bare && index === 0 ? "sr-only" : "text-muted"}>{label(field)}</dt>
                <dd className={`words min-w-0 ${index === 0 ? "font-medium" : ""}`}>{text}</dd>
              </div>
            ))}
          </dl>
          <blockquote className="words border-l-2 border-learning pl-3 text-sm text-muted">
            “{learning.quotation}”
          </blockquote>
          <div className="-ml-1 flex flex-wrap gap-1.5">
            {pending && (
              <>
                <Button
                  look="primary"
                  aria-label={`Add to profile: ${what}`}
                  onClick={() => change("acceptLearning")}
                >
                  <Check size={16} aria-hidden /> Add to profile
                </Button>
                <Button look="quiet" aria-label={`Edit: ${what}`} onClick={() => setEditing(true)}>
                  <Pencil size={16} aria-hidden /> Edit
                </Button>
                <Button
                  look="quiet"
                  aria-label={`Leave out: ${what}`}
                  onClick={() => change("rejectLearning")}
                >
                  <X size={16} aria-hidden /> Leave out
                </Button>
              </>
            )}
            {learning.status === "ACCEPTED" && (
              <Button
                look="quiet"
                aria-label={`Take it back: ${what}`}
                onClick={() => change("retractLearning")}
              >
                <Undo2 size={16} aria-hidden /> Take it back
              </Button>
            )}
          </div>
        </>
      )}
    </li>
  );
}
