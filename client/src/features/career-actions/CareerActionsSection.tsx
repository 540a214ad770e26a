import { useEffect, useMemo, useRef, useState, type JSX, type SyntheticEvent } from "react";
import type { CareerActionStatus, CareerActionType } from "@/gql/graphql";
import { useFailure, useForeign, useIsEmpty, useRows } from "@/sync/hooks";
import type { CareerAction } from "@/sync/lists";
import { Empty, Notice, Section, Skeleton } from "@/ui/parts";
import { ActionCard } from "./ActionCard";
import { STATUSES, TYPES } from "./messages";

const ORDER: readonly CareerActionStatus[] = ["IN_PROGRESS", "SUGGESTED", "SAVED", "DONE"];

const newestFirst = (a: CareerAction, b: CareerAction): number =>
  b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id);

/** Done, and the conversation about it has not begun. */
const isFresh = (action: CareerAction): boolean =>
  action.status === "DONE" && !action.completionConversationStarted;

function Group(props: {
  title: string;
  actions: readonly CareerAction[];
  foreign: ReadonlySet<string>;
}): JSX.Element | null {
  if (props.actions.length === 0) return null;
  return (
    <div className="grid grid-cols-1 gap-2">
      <h3 className="text-sm font-medium text-muted">
        {props.title} <span className="font-normal">({props.actions.length})</span>
      </h3>
      <ul className="grid grid-cols-1 gap-3">
        {props.actions.map((action) => (
          <ActionCard key={action.id} action={action} pulse={props.foreign.has(action.id)} />
        ))}
      </ul>
    </div>
  );
}

/** A card that goes to another group is a new one there: whoever was at it stays at it, or at the next one. */
function useKeptFocus(rows: unknown): (event: SyntheticEvent<HTMLElement>) => void {
  const left = useRef<(() => void) | null>(null);
  useEffect(() => left.current?.(), [rows]);
  return ({ currentTarget: box, target, nativeEvent }) => {
    // Whoever points with a mouse looks where it is.
    const preventScroll = nativeEvent instanceof MouseEvent && nativeEvent.detail > 0;
    const cards = (): HTMLElement[] => [...box.querySelectorAll<HTMLElement>("article")];
    const at = cards().findIndex((card) => card.contains(target as Node));
    const card = cards()[at];
    left.current = () => {
      if (card === undefined || card.isConnected || document.activeElement !== document.body) return;
      left.current = null;
      (cards().find((one) => one.id === card.id) ?? cards()[Math.min(at, cards().length - 1)])?.focus({
        preventScroll,
      });
    };
  };
}

export function CareerActionsSection(): JSX.Element {
  const rows = useRows("careerActions");
  const empty = useIsEmpty("careerActions");
  const failure = useFailure("careerActions");
  const foreign = useForeign("careerActions");
  const [type, setType] = useState<CareerActionType | "">("");
  const sorted = useMemo(() => rows.toSorted(newestFirst), [rows]);
  const types = useMemo(() => [...new Set(rows.map((action) => action.type))].toSorted(), [rows]);
  const shown = sorted.filter((action) => type === "" || action.type === type);
  const of = (status: CareerActionStatus): CareerAction[] =>
    shown.filter((action) => action.status === status);
  const keepFocus = useKeptFocus(rows);
  const dismissed = of("DISMISSED");
  const open = shown.length - dismissed.length;

  return (
    <Section
      title="Career actions"
      side={
        (empty || types.length > 1) && (
          <label className="flex items-center gap-2 text-sm text-muted">
            Kind
            <select
              value={type}
              onChange={(event) => setType(event.target.value as CareerActionType | "")}
              className="min-h-9 rounded-lg border border-edge bg-card px-2 text-ink pointer-coarse:min-h-11"
            >
              <option value="">All</option>
              {types.map((name) => (
                <option key={name} value={name}>
                  {TYPES[name]}
                </option>
              ))}
            </select>
          </label>
        )
      }
    >
      {failure && <Notice tone="danger">{failure}</Notice>}
      {empty ? (
        !failure && <Skeleton rows={8} /> /* what is below stays out of sight, and does not jump */
      ) : open === 0 ? (
        <Empty title={type === "" ? "No actions yet" : "None of this kind"}>
          {type === ""
            ? "The button above suggests three to five steps that rest on your profile."
            : "Choose another kind, or all."}
        </Empty>
      ) : (
        <div
          role="presentation"
          className="grid grid-cols-1 gap-6"
          onClickCapture={keepFocus}
          onKeyDownCapture={keepFocus}
        >
          <Group title="Done: look back on it" actions={of("DONE").filter(isFresh)} foreign={foreign} />
          {ORDER.map((status) => (
            <Group
              key={status}
              title={STATUSES[status]}
              actions={of(status).filter((action) => !isFresh(action))}
              foreign={foreign}
            />
          ))}
        </div>
      )}
      {dismissed.length > 0 && (
        <details className="rounded-xl border border-line">
          <summary className="px-4 py-3 text-sm text-muted">Show dismissed ({dismissed.length})</summary>
          <ul className="grid gap-1 px-4 pb-3 text-sm text-muted">
            {dismissed.map((action) => (
              <li key={action.id} className="[overflow-wrap:anywhere]">
                {action.title}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}
