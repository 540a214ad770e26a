import { ArrowDown, ArrowUp, Check, Pencil, Plus, Trash2 } from "lucide-react";
import { useEffect, useRef, useState, type JSX, type KeyboardEvent } from "react";
import { UNDO_WITHIN } from "@/sync/outbox";
import { Button } from "@/ui/Button";
import { Notice, Tag } from "@/ui/parts";
import { besideOf, entryOf, isBlank, moved, titleOf, type Entry } from "./entries";
import { EntryFields } from "./EntryFields";
import { SOURCES } from "./messages";
import type { Section } from "./sections";
import type { Editing } from "./useSection";

function Summary({ section, entry }: { section: Section; entry: Entry }): JSX.Element {
  const beside = besideOf(section, entry);
  const source = entry.held["source"] as keyof typeof SOURCES | undefined;
  return (
    <div className="min-w-0 flex-1 basis-48">
      <h3 className="font-medium [overflow-wrap:anywhere]">
        {titleOf(section, entry) || `New ${section.noun}`}
      </h3>
      {beside && <p className="text-sm text-muted [overflow-wrap:anywhere]">{beside}</p>}
      {source && (
        <p className="mt-1">
          <Tag tone={source === "CONVERSATION" ? "learning" : "calm"}>From: {SOURCES[source]}</Tag>
        </p>
      )}
    </div>
  );
}

/** Entries one after the other: each opens in place, moves with Alt and an arrow, and goes with an undo. */
export function EntryList({ section, editing }: { section: Section; editing: Editing }): JSX.Element {
  const { entries, problem } = editing;
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<number | null>(null);
  const [removed, setRemoved] = useState<{ words: string; before: readonly Entry[] } | null>(null);
  const [said, setSaid] = useState("");
  const [wanted, setWanted] = useState<{ selector: string } | null>(null);
  const place = problem?.place ?? null;

  useEffect(() => {
    if (wanted !== null) box.current?.querySelector<HTMLElement>(wanted.selector)?.focus();
  }, [wanted]);
  useEffect(() => {
    if (place !== null) setOpen(place.entry);
  }, [place]);
  useEffect(() => {
    if (removed === null) return undefined;
    const timer = setTimeout(() => setRemoved(null), UNDO_WITHIN);
    return () => clearTimeout(timer);
  }, [removed]);

  const name = (index: number): string => {
    const entry = entries[index];
    return (entry && titleOf(section, entry)) || `new ${section.noun}`;
  };
  const focus = (selector: string): void => setWanted({ selector });
  const item = (index: number): string => `[data-entry="${index}"]`;

  const remove = (index: number, held = UNDO_WITHIN): void => {
    setOpen(null);
    if (held > 0) setRemoved({ words: name(index), before: entries });
    editing.change(entries.toSpliced(index, 1), held);
    focus(held > 0 ? "[data-undo]" : "[data-add]");
  };
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= entries.length) return;
    editing.change(moved(entries, from, to));
    if (open === from) setOpen(to);
    else if (open === to) setOpen(from);
    setSaid(`${name(from)}: ${to + 1} of ${entries.length}`);
    focus(item(to));
  };
  const close = (index: number): void => {
    const entry = entries[index];
    if (entry && isBlank(entry)) return remove(index, 0);
    setOpen(null);
    editing.save();
    focus(item(index));
  };
  const onKeyDown = (event: KeyboardEvent, index: number): void => {
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(index, index + (event.key === "ArrowUp" ? -1 : 1));
    } else if (event.key === "Escape" && open === index) close(index);
    else if (event.key === "Enter" && event.target === event.currentTarget) {
      setOpen(index);
      focus(`${item(index)} [data-field]`);
    }
  };

  return (
    <div ref={box} className="grid grid-cols-1 gap-3">
      {entries.length > 0 && (
        <ul className="grid grid-cols-1 gap-2" aria-label={section.title}>
          {entries.map((entry, index) => (
            <li
              // Entries have no id: they are what they are by their place.
              key={index}
              data-item
              data-entry={index}
              tabIndex={0}
              aria-label={name(index)}
              onKeyDown={(event) => onKeyDown(event, index)}
              className="grid grid-cols-1 gap-4 rounded-xl border border-line bg-card p-4"
            >
              <div className="flex flex-wrap items-start gap-2">
                <Summary section={section} entry={entry} />
                <div className="-mr-2 -mt-1 flex flex-wrap">
                  <Button
                    look="quiet"
                    aria-label={`${open === index ? "Done" : "Edit"}: ${name(index)}`}
                    aria-expanded={open === index}
                    onClick={() => {
                      if (open === index) return close(index);
                      setOpen(index);
                      focus(`${item(index)} [data-field]`);
                    }}
                  >
                    {open === index ? <Check size={16} aria-hidden /> : <Pencil size={16} aria-hidden />}
                    {open === index ? "Done" : "Edit"}
                  </Button>
                  <Button
                    look="quiet"
                    aria-label={`Move up: ${name(index)}`}
                    aria-disabled={index === 0}
                    onClick={() => move(index, index - 1)}
                  >
                    <ArrowUp size={16} aria-hidden />
                  </Button>
                  <Button
                    look="quiet"
                    aria-label={`Move down: ${name(index)}`}
                    aria-disabled={index === entries.length - 1}
                    onClick={() => move(index, index + 1)}
                  >
                    <ArrowDown size={16} aria-hidden />
                  </Button>
                  <Button look="quiet" aria-label={`Remove: ${name(index)}`} onClick={() => remove(index)}>
                    <Trash2 size={16} aria-hidden />
                  </Button>
                </div>
              </div>
              {open === index && (
                <EntryFields
                  section={section}
                  entry={entry}
                  wrong={
                    place?.entry === index && problem
                      ? { field: place.field, message: problem.message }
                      : null
                  }
                  onChange={(changed) => editing.change(entries.with(index, changed))}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <span role="status" className="sr-only">
        {said}
      </span>
      {removed && (
        <Notice
          side={
            <Button
              data-undo
              onClick={() => {
                editing.change(removed.before);
                setRemoved(null);
                focus("[data-entry]");
              }}
            >
              Undo
            </Button>
          }
        >
          Removed “{removed.words}”.
        </Notice>
      )}
      <div>
        <Button
          data-add
          onClick={() => {
            editing.change([...entries, entryOf(section, {})]);
            setOpen(entries.length);
            focus(`${item(entries.length)} [data-field]`);
          }}
        >
          <Plus size={16} aria-hidden /> Add {section.noun}
        </Button>
      </div>
    </div>
  );
}
