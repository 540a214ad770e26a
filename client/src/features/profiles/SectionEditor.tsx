import { useEffect, useEffectEvent, useRef, type JSX } from "react";
import { useIsLive } from "@/sync/hooks";
import type { Profile } from "@/sync/lists";
import { Button } from "@/ui/Button";
import { Notice, Section as Titled } from "@/ui/parts";
import { told, type Entry } from "./entries";
import { EntryFields } from "./EntryFields";
import { EntryList } from "./EntryList";
import type { Section } from "./sections";
import { useSection, type Editing } from "./useSection";

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Where the words are: only what is safe is announced, once. */
function State({ editing }: { editing: Editing }): JSX.Element {
  const { dirty, saving, savedAt, theirs } = editing;
  const live = useIsLive();
  return (
    <span className="text-xs text-muted">
      {dirty && (
        <span>
          {theirs
            ? "Kept on this device"
            : saving
              ? "Saving…"
              : live
                ? "Kept on this device, not saved yet"
                : "Kept on this device, saved when you are online"}
        </span>
      )}
      <span role="status">{!dirty && savedAt !== null && `Saved ${CLOCK.format(savedAt)}`}</span>
    </span>
  );
}

function Lines(props: { title: string; lines: readonly string[] }): JSX.Element {
  return (
    <div className="min-w-0">
      <h3 className="font-medium">{props.title}</h3>
      <ul className="mt-1 grid gap-1">
        {props.lines.length === 0 && <li className="text-muted">Nothing that the other does not have.</li>}
        {props.lines.map((line) => (
          <li key={line} className="words">
            {line}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Conflict(props: { section: Section; editing: Editing; theirs: readonly Entry[] }): JSX.Element {
  const { section, editing } = props;
  const [mine, theirs] = [told(section, editing.entries), told(section, props.theirs)];
  return (
    <Notice tone="learning">
      <p className="font-medium">This part was changed elsewhere since you began.</p>
      <div className="my-3 grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Lines title="Only in yours" lines={mine.filter((line) => !theirs.includes(line))} />
        <Lines title="Only in theirs" lines={theirs.filter((line) => !mine.includes(line))} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" onClick={editing.keepMine}>
          Keep mine
        </Button>
        <Button onClick={editing.takeTheirs}>Take theirs</Button>
      </div>
    </Notice>
  );
}

/** A section of the profile: kept on the device while somebody types, and saved soon after. */
export function SectionEditor({ section, profile }: { section: Section; profile: Profile }): JSX.Element {
  const editing = useSection(section, profile);
  const { entries, problem, theirs } = editing;
  const box = useRef<HTMLDivElement>(null);
  const place = problem?.place ?? null;
  const settle = useEffectEvent(() => {
    if (box.current?.contains(document.activeElement) !== true) editing.left();
  });
  useEffect(() => settle(), [editing.dirty, editing.saving]);
  return (
    <Titled title={section.title} side={<State editing={editing} />}>
      <div
        ref={box}
        role="presentation"
        className="grid grid-cols-1 gap-3"
        onKeyDown={(event) => {
          if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          editing.save();
        }}
        onBlur={({ currentTarget, relatedTarget }) => {
          if (!currentTarget.contains(relatedTarget)) editing.left();
        }}
      >
        {section.noun === undefined ? (
          <div className="rounded-xl border border-line bg-card p-4">
            {entries[0] && (
              <EntryFields
                section={section}
                entry={entries[0]}
                wrong={place && problem ? { field: place.field, message: problem.message } : null}
                onChange={(entry) => editing.change([entry])}
              />
            )}
          </div>
        ) : (
          <EntryList section={section} editing={editing} />
        )}
        {theirs && <Conflict section={section} editing={editing} theirs={theirs} />}
        {problem && place === null && <Notice tone="danger">{problem.message}</Notice>}
      </div>
    </Titled>
  );
}
