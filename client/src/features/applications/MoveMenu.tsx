import { useEffect, useId, useRef, useState, type JSX, type KeyboardEvent } from "react";
import type { Application } from "@/sync/lists";
import { Button } from "@/ui/Button";
import { today } from "@/ui/days";
import { TextField } from "@/ui/Field";
import { movesOf } from "./moves";
import { useMoves } from "./useMoves";

const NOTHING = { day: "", note: "" };

/** *Move to…*: what dragging does, for the keyboard and for touch, with a day and a note where there is one. */
export function MoveMenu(props: {
  application: Application;
  open: boolean;
  onOpen: (open: boolean) => void;
}): JSX.Element {
  const { application, open, onOpen } = props;
  const { move } = useMoves();
  const [told, setTold] = useState(NOTHING);
  const id = useId();
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) first.current?.querySelector("button")?.focus();
  }, [open]);
  const close = (): void => {
    onOpen(false);
    setTold(NOTHING);
    // Once it is where it has gone to: a card that changes its column is a new one there.
    const focus = (): void => document.getElementById(application.id)?.focus();
    focus();
    requestAnimationFrame(focus);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    close();
  };
  return (
    <div role="presentation" onKeyDown={onKeyDown} className="grid gap-2">
      <div>
        <Button
          aria-expanded={open}
          aria-controls={id}
          aria-label={`Move to…: ${application.posting.title}`}
          onClick={() => (open ? close() : onOpen(true))}
        >
          Move to…
        </Button>
      </div>
      {open && (
        <div id={id} role="group" aria-label="Move to" className="grid gap-2 rounded-lg bg-sunken p-3">
          <div ref={first} className="flex flex-wrap gap-1.5">
            {movesOf(application).map((one) => (
              <Button
                key={one.words}
                className="whitespace-normal!"
                onClick={() => {
                  move(application, one, told);
                  close();
                }}
              >
                {one.words}
              </Button>
            ))}
          </div>
          {application.stage !== "CLOSED" && (
            <>
              <TextField
                label="When"
                type="date"
                value={told.day}
                max={today()}
                hint="Today if you leave it empty. Closing is dated today."
                onChange={(event) => setTold({ ...told, day: event.target.value })}
              />
              <TextField
                label={application.stage === "INTERESTED" ? "How, or why not" : "Note"}
                maxLength={200}
                value={told.note}
                onChange={(event) => setTold({ ...told, note: event.target.value })}
              />
            </>
          )}
        </div>
      )}
    </div>
  );
}
