import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState, type JSX } from "react";
import { TrackButton } from "@/features/applications/TrackButton";
import { KINDS, OpportunitiesList, REMOTE, type Filter } from "@/features/opportunities/OpportunitiesList";
import { SelectField, TextField } from "@/ui/Field";
import { PageTitle } from "@/ui/parts";

const route = getRouteApi("/opportunities");
const TYPED_FOR = 300;

const ALL = { "": "All" };

export default function Opportunities(): JSX.Element {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(filter.search ?? "");
  const apply = (change: { [Name in keyof Filter]?: string }): void => {
    const next = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== "");
    void navigate({ search: Object.fromEntries(next), replace: true });
  };
  useEffect(() => {
    if (typed.trim() === (filter.search ?? "")) return undefined;
    const timer = setTimeout(() => apply({ search: typed.trim() }), TYPED_FOR);
    return () => clearTimeout(timer);
  });
  return (
    <>
      <PageTitle lead="Everything that is open now, newest first.">Opportunities</PageTitle>
      <search className="mb-6 grid max-w-3xl grid-cols-2 gap-3 sm:grid-cols-[minmax(0,1fr)_auto_auto]">
        <div className="max-sm:col-span-2">
          <TextField
            label="Search"
            type="search"
            maxLength={200}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <SelectField
          label="Kind"
          value={filter.kind ?? ""}
          options={{ ...ALL, ...KINDS }}
          onChange={(event) => apply({ kind: event.target.value })}
        />
        <SelectField
          label="Where"
          value={filter.remote ?? ""}
          options={{ ...ALL, ...REMOTE }}
          onChange={(event) => apply({ remote: event.target.value })}
        />
      </search>
      <OpportunitiesList
        filter={filter}
        actions={({ id, title }) => <TrackButton opportunityId={id} title={title} />}
        onClear={() => {
          setTyped("");
          void navigate({ search: {}, replace: true });
        }}
      />
    </>
  );
}
