import { Link } from "@tanstack/react-router";
import {
  Check,
  Flag,
  Hammer,
  Bookmark,
  BookmarkX,
  Building2,
  FlaskConical,
  GraduationCap,
  HandHeart,
  Play,
  Search,
  Sprout,
  Undo2,
  Users,
  X,
  type LucideIcon,
} from "lucide-react";
import { memo, type JSX, type KeyboardEvent } from "react";
import type { CareerActionType } from "@/gql/graphql";
import type { CareerAction } from "@/sync/lists";
import { Button, buttonClass } from "@/ui/Button";
import { Tag } from "@/ui/parts";
import { day, TRANSITION_WORDS, TYPES } from "./messages";
import { PlanLines } from "./PlanLines";
import { allowed, byKey, type TransitionName } from "./transitions";
import { useTransition } from "./useTransition";

const ICONS: Readonly<Record<CareerActionType, LucideIcon>> = {
  REPLICATE: FlaskConical,
  COLLABORATE: Users,
  START_ORG: Building2,
  IDENTIFY_GAPS: Search,
  VOLUNTEER: HandHeart,
  BUILD_TOOLS: Hammer,
  TEACH_WRITE: GraduationCap,
  DEVELOP_SKILLS: Sprout,
};

const VERBS: Readonly<Record<TransitionName, LucideIcon>> = {
  startAction: Play,
  completeAction: Check,
  saveAction: Bookmark,
  unsaveAction: BookmarkX,
  cancelAction: Undo2,
  dismissAction: X,
};

export function TypeTag({ type }: { type: CareerActionType }): JSX.Element {
  const Icon = ICONS[type];
  return (
    <Tag tone="action">
      <Icon size={14} aria-hidden /> {TYPES[type]}
    </Tag>
  );
}

export function TransitionButtons({ action }: { action: CareerAction }): JSX.Element {
  const change = useTransition();
  return (
    <>
      {allowed(action.status).map((name, index) => {
        const Icon = VERBS[name];
        return (
          <Button
            key={name}
            look={index === 0 ? "primary" : "quiet"}
            aria-label={`${TRANSITION_WORDS[name]}: ${action.title}`}
            onClick={() => change(action, name)}
          >
            <Icon size={16} aria-hidden />
            {TRANSITION_WORDS[name]}
          </Button>
        );
      })}
    </>
  );
}

function when(action: CareerAction): string | null {
  if (action.status === "DONE" && action.completedAt) return `Done ${day(action.completedAt)}`;
  if (action.status === "IN_PROGRESS" && action.startedAt) return `Started ${day(action.startedAt)}`;
  if (action.status === "SAVED" && action.savedAt) return `Saved ${day(action.savedAt)}`;
  return null;
}

export const ActionCard = memo(function ActionCard(props: {
  action: CareerAction;
  pulse: boolean;
}): JSX.Element {
  const { action } = props;
  const change = useTransition();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (localStorage.getItem("foothold.keys") === "off") return;
    const name = byKey(action.status, event.key);
    if (name === undefined) return;
    event.preventDefault();
    change(action, name);
  };
  const dated = when(action);
  return (
    <li>
      <article
        id={action.id}
        data-item
        tabIndex={0}
        aria-labelledby={`title-${action.id}`}
        onKeyDown={onKeyDown}
        className={`grid gap-2 rounded-xl border border-line bg-card p-4 ${props.pulse ? "pulse-once" : ""}`}
      >
        <div className="flex flex-wrap items-center gap-2">
          <TypeTag type={action.type} />
          {dated && <span className="text-xs text-muted">{dated}</span>}
        </div>
        <h3 id={`title-${action.id}`} className="font-semibold [overflow-wrap:anywhere]">
          <Link to="/actions/$id" params={{ id: action.id }} className="hover:underline">
            {action.title}
          </Link>
        </h3>
        <p className="words line-clamp-3 text-sm text-muted">{action.description}</p>
        <PlanLines action={action} />
        <div className="-ml-1 mt-1 flex flex-wrap items-center gap-1.5">
          <TransitionButtons action={action} />
          {action.status === "DONE" && (
            <Link to="/actions/$id" params={{ id: action.id }} className={buttonClass("plain")}>
              <Flag size={16} aria-hidden />
              {action.completionConversationStarted ? "Your reflection" : "Look back on it"}
            </Link>
          )}
        </div>
      </article>
    </li>
  );
});
