import type { JSX, ReactNode } from "react";

/** A heading with what belongs to it. */
export function Section(props: {
  title: string;
  count?: number;
  side?: ReactNode;
  children: ReactNode;
}): JSX.Element {
  return (
    <section className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-lg font-semibold">
          {props.title}{" "}
          {props.count !== undefined && (
            <span className="ml-1 text-sm font-normal text-muted">{props.count}</span>
          )}
        </h2>
        {props.side}
      </div>
      {props.children}
    </section>
  );
}

export function Card(props: { children: ReactNode; className?: string }): JSX.Element {
  return (
    <div className={`rounded-xl border border-line bg-card p-4 ${props.className ?? ""}`}>
      {props.children}
    </div>
  );
}

/** Nothing is here yet, and what to do about it. */
export function Empty(props: { title: string; children?: ReactNode }): JSX.Element {
  return (
    <div className="rounded-xl border border-dashed border-edge px-5 py-8 text-center">
      <p className="font-medium">{props.title}</p>
      {props.children && <div className="mx-auto mt-1 max-w-prose text-sm text-muted">{props.children}</div>}
    </div>
  );
}

export function Skeleton(props: { rows?: number }): JSX.Element {
  return (
    <div className="appear-late grid gap-3" role="status" aria-label="Loading">
      {Array.from({ length: props.rows ?? 3 }, (_, index) => (
        <div key={index} className="h-24 rounded-xl bg-sunken" />
      ))}
    </div>
  );
}

export type Tone = "calm" | "learning" | "danger" | "match";
const TONES: Readonly<Record<Tone, string>> = {
  calm: "bg-sunken text-ink",
  learning: "bg-learning-soft text-ink",
  match: "bg-match-soft text-ink",
  danger: "bg-danger-soft text-ink",
};

/** A sentence about the state of things; one about a failure is announced. */
export function Notice(props: { tone?: Tone; children: ReactNode; side?: ReactNode }): JSX.Element {
  const tone = props.tone ?? "calm";
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={`flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-xl px-4 py-3 text-sm ${TONES[tone]}`}
    >
      <div className="min-w-0 flex-1 words">{props.children}</div>
      {props.side}
    </div>
  );
}

export function Tag(props: {
  children: ReactNode;
  tone?: "action" | "match" | "learning" | "calm";
}): JSX.Element {
  const tones = {
    action: "bg-action-soft text-action",
    match: "bg-match-soft text-match",
    learning: "bg-learning-soft text-learning",
    calm: "bg-sunken text-muted",
  };
  return (
    <span
      className={`inline-flex max-w-full items-center gap-1 rounded-md px-2 py-0.5 text-xs font-medium [overflow-wrap:anywhere] ${tones[props.tone ?? "calm"]}`}
    >
      {props.children}
    </span>
  );
}

/** The title of a page: focus comes here when somebody goes to it. */
export function PageTitle(props: { children: ReactNode; side?: ReactNode; lead?: ReactNode }): JSX.Element {
  return (
    <header className="mb-6 flex flex-wrap items-start justify-between gap-3">
      <div className="min-w-0 max-w-prose flex-1 basis-64">
        <h1 tabIndex={-1} className="text-2xl font-semibold tracking-tight [overflow-wrap:anywhere]">
          {props.children}
        </h1>
        {props.lead && <p className="mt-1 text-muted">{props.lead}</p>}
      </div>
      {props.side}
    </header>
  );
}
