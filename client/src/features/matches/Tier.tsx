import { Compass, Star, TrendingUp, type LucideIcon } from "lucide-react";
import type { JSX } from "react";
import type { MatchTier } from "@/gql/graphql";

export const TIERS: Readonly<Record<MatchTier, string>> = {
  STRONG: "Strong",
  PROMISING: "Promising",
  EXPLORATORY: "Worth a look",
};

const ICONS: Readonly<Record<MatchTier, LucideIcon>> = {
  STRONG: Star,
  PROMISING: TrendingUp,
  EXPLORATORY: Compass,
};

/** A tier is a word, an icon and a bar: never colour alone. */
export function Tier(props: { tier: MatchTier; score: number }): JSX.Element {
  const Icon = ICONS[props.tier];
  const percent = Math.round(props.score * 100);
  return (
    <div className="flex items-center gap-2 text-xs font-medium text-match">
      <Icon size={14} aria-hidden /> {TIERS[props.tier]}
      <meter min={0} max={100} value={percent} className="h-2 w-20" aria-label={`Fit ${percent} of 100`} />
      <span className="text-muted" aria-hidden>
        {percent}
      </span>
    </div>
  );
}
