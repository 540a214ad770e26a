import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState, type JSX, type ReactNode } from "react";
import { KINDS, OpportunitiesList, REMOTE, type Filter } from "@/features/opportunities/OpportunitiesList";
import { TextField } from "@/ui/Field";
import { PageTitle } from "@/ui/parts";

const route = getRouteApi("/opportunities");
const TYPED_FOR = 300;

function Choice(props: {
  label: string;
  value: string;
  options: Readonly<Record<string, string>>;
  onChange: (value: string) => void;
}): JSX.Element {
  const options: ReactNode = Object.entries(props.options).map(([name, words]) => (
    <option key={name} value={name}>
      {words}
    </option>
  ));
  return (
    <label className="grid gap-1 text-sm font-medium">
      {props.label}
      <select
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        className="min-h-10 rounded-lg border border-edge bg-card px-2 font-normal pointer-coarse:min-h-11"
      >
        <option value="">All</option>
        {options}
      </select>
    </label>
  );
}

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
        <Choice label="Kind" value={filter.kind ?? ""} options={KINDS} onChange={(kind) => apply({ kind })} />
        <Choice
          label="Where"
          value={filter.remote ?? ""}
          options={REMOTE}
          onChange={(remote) => apply({ remote })}
        />
      </search>
      <OpportunitiesList
        filter={filter}
        onClear={() => {
          setTyped("");
          void navigate({ search: {}, replace: true });
        }}
      />
    </>
  );
}
