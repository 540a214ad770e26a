import { Link } from "@tanstack/react-router";
import { lazy, Suspense, type JSX } from "react";
import { Budget } from "@/features/accounts/Budget";
import { CareerActionsSection } from "@/features/career-actions/CareerActionsSection";
import { BestMatches } from "@/features/matches/BestMatches";
import { RefreshButton, RefreshStatus, useRefresh } from "@/features/refresh-runs/Refresh";
import { usePerson, useRows } from "@/sync/hooks";
import { Empty, PageTitle } from "@/ui/parts";

// Seldom there, and not small.
const PendingLearnings = lazy(() => import("@/features/learnings/PendingLearnings"));

export default function Home(): JSX.Element {
  const person = usePerson();
  const refresh = useRefresh();
  const undecided = useRows("learnings").some((learning) => learning.status === "PENDING");
  if (person?.profileId == null) {
    return (
      <>
        <PageTitle>Welcome</PageTitle>
        <Empty title="You have no profile yet">
          <Link to="/profile" className="font-medium text-action underline">
            Bring your résumé
          </Link>
          , and Foothold has something to build on.
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageTitle
        lead={
          refresh.first
            ? "Foothold compares your profile with what is open, and suggests next steps."
            : "Your next steps, and what fits you."
        }
        side={<RefreshButton refresh={refresh} />}
      >
        Hello{person.name ? `, ${person.name.split(" ")[0]}` : ""}
      </PageTitle>
      <div className="mb-6 grid gap-3 empty:hidden">
        <RefreshStatus refresh={refresh} />
      </div>
      <div className="grid grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <CareerActionsSection />
        <div className="grid grid-cols-1 gap-8">
          {undecided && (
            <Suspense>
              <PendingLearnings />
            </Suspense>
          )}
          <BestMatches
            all={
              <Link to="/matches" className="text-sm font-medium text-action underline">
                All matches
              </Link>
            }
          />
          <Budget />
        </div>
      </div>
    </>
  );
}
