import { getRouteApi } from "@tanstack/react-router";
import type { JSX } from "react";
import { TrackButton } from "@/features/applications/TrackButton";
import { Fairness } from "@/features/matches/Fairness";
import { MatchesList } from "@/features/matches/MatchesList";
import { PageTitle } from "@/ui/parts";

const route = getRouteApi("/matches");

export default function Matches(): JSX.Element {
  const { tier } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageTitle lead="What is open, judged for your profile. Each says why.">Matches</PageTitle>
      <MatchesList
        tier={tier}
        actions={({ id, title }) => <TrackButton opportunityId={id} title={title} />}
        onTier={(next) => void navigate({ search: next === undefined ? {} : { tier: next } })}
      />
      <div className="mt-10 max-w-3xl">
        <Fairness />
      </div>
    </>
  );
}
