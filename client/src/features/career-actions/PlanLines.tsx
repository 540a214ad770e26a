import { CalendarClock } from "lucide-react";
import type { JSX } from "react";
import type { CareerAction } from "@/sync/lists";
import { noonOf, today } from "@/ui/days";
import { day } from "./messages";

/** The day has passed, and nobody has asked yet what came of it. */
export const isDue = ({ plan, status }: CareerAction): boolean =>
  plan?.beginOn != null &&
  plan.answeredAt === null &&
  plan.beginOn < today() &&
  status !== "SUGGESTED" &&
  status !== "DISMISSED";

export const calendarDay = (date: string): string => day(noonOf(date));

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
