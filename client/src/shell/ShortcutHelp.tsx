import { useEffect, useRef, type JSX } from "react";
import { Button } from "@/ui/Button";
import { PLACES } from "./navigation";

const KEYS: readonly (readonly [string, string])[] = [
  ["j k", "Next or previous"],
  ["Enter", "Open"],
  ["s x e d", "On an action: save, start, done, dismiss"],
  ["a r", "On a learning: add, leave out"],
  ["m", "On an application: move to"],
  ["[ ]", "On matches: the tier before, the next"],
  ["Alt ↑ ↓", "On an entry of your profile: move it"],
  ["Ctrl S", "In your profile: save now"],
  ["Esc", "Stop the coach, or close"],
  ["z", "Undo"],
  ["r", "Refresh"],
  ["/", "Search"],
  ["?", "This help"],
];

export default function ShortcutHelp(props: { onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      onClose={props.onClose}
      aria-labelledby="keys-title"
      className="m-auto max-w-md rounded-xl border border-line bg-card p-6 text-ink"
    >
      <h2 id="keys-title" className="mb-3 text-lg font-semibold">
        Keys
      </h2>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        {[...KEYS, ...PLACES.map((place) => [`g ${place.key}`, place.name] as const)].map(([keys, words]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded bg-sunken px-1.5 py-0.5 font-mono text-xs">{keys}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 text-right">
        <Button onClick={props.onClose}>Close</Button>
      </div>
    </dialog>
  );
}
