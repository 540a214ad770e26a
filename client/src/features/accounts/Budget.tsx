import type { JSX } from "react";
import { useRows } from "@/sync/hooks";

const NUMBER = new Intl.NumberFormat();
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Tokens left today. Nothing where there is no limit, as with the built-in coach. */
export function Budget(): JSX.Element | null {
  const budget = useRows("budgets")[0];
  if (budget === undefined) return null;
  return (
    <p className="text-sm text-muted">
      {NUMBER.format(budget.tokensLeft)} tokens of the model left until{" "}
      {TIME.format(new Date(budget.resetsAt))}.
    </p>
  );
}
