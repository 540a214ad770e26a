import { CalendarClock } from "lucide-react";
import type { JSX } from "react";
import type { CareerAction } from "@/sync/lists";
import { day } from "./messages";

/** Today by the person's own calendar, as the API writes days. */
export const today = (now = new Date()): string =>
  [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");

/** The day has passed, and nobody has asked yet what came of it. */
export const isDue = ({ plan, status }: CareerAction): boolean =>
  plan?.beginOn != null &&
  plan.answeredAt === null &&
  plan.beginOn < today() &&
  status !== "SUGGESTED" &&
  status !== "DISMISSED";

// Noon: the same day in every time zone that has it.
export const calendarDay = (date: string): string => day(`${date}T12:00:00`);

/** What the person wrote, in a line or two on the card. */
export function PlanLines({ action }: { action: CareerAction }): JSX.Element | null {
  const { plan } = action;
  if (plan === null || action.status === "SUGGESTED") return null;
  return (
    <div className="grid gap-1 border-l-2 border-action pl-3 text-sm">
      {plan.why !== null && <p className="words line-clamp-2">“{plan.why}”</p>}
      {plan.beginOn !== null && plan.answeredAt === null && (
        <p className="flex items-center gap-1.5 text-muted">
          <CalendarClock size={14} aria-hidden />
          {isDue(action)
            ? "The day has passed: what came of it?"
            : `You begin on ${calendarDay(plan.beginOn)}`}
        </p>
      )}
    </div>
  );
}
