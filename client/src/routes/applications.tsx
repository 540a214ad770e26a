import { getRouteApi } from "@tanstack/react-router";
import type { JSX } from "react";
import { ApplicationsPanel } from "@/features/applications/ApplicationsPanel";
import { PageTitle } from "@/ui/parts";

const route = getRouteApi("/applications");

export default function Applications(): JSX.Element {
  const { view } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageTitle lead="What you are after, from the first interest to the outcome.">Applications</PageTitle>
      <ApplicationsPanel
        view={view ?? "board"}
        onView={(next) => void navigate({ search: next === "table" ? { view: next } : {} })}
      />
    </>
  );
}
