import { PenLine } from "lucide-react";
import { useState, type FormEvent, type JSX } from "react";
import { useSync } from "@/sync/hooks";
import type { CareerAction } from "@/sync/lists";
import { Button } from "@/ui/Button";
import { today } from "@/ui/days";
import { TextArea, TextField } from "@/ui/Field";
import { Section } from "@/ui/parts";
import { calendarDay, isDue } from "./PlanLines";

type Plan = NonNullable<CareerAction["plan"]>;

const plannable = (action: CareerAction): boolean =>
  action.status === "SAVED" || action.status === "IN_PROGRESS";

function useChange(action: CareerAction) {
  const { outbox } = useSync();
  const add = (operation: string, variables: Record<string, unknown>, plan: Plan | null): void => {
    outbox.add({ list: "careerActions", rowId: action.id, operation, variables, patch: { plan } });
  };
  return {
    plan(why: string | null, beginOn: string | null): void {
      const plannedAt = new Date().toISOString();
      const said = why !== null || beginOn !== null;
      const plan = said ? { why, beginOn, plannedAt, cameOfIt: null, answeredAt: null } : null;
      add("planAction", { input: { why, beginOn } }, plan);
    },
    answer(plan: Plan, cameOfIt: string | null): void {
      const answeredAt = new Date().toISOString();
      add("answerActionPlan", { cameOfIt }, { ...plan, cameOfIt, answeredAt });
    },
  };
}

const words = (form: FormData, name: string): string | null => String(form.get(name) ?? "").trim() || null;

function PlanForm(props: { action: CareerAction; done: () => void }): JSX.Element {
  const change = useChange(props.action);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const day = props.action.plan?.beginOn ?? null;
    const ahead = day !== null && day >= today() ? day : null;
    change.plan(words(form, "why"), props.action.status === "SAVED" ? words(form, "beginOn") : ahead);
    props.done();
  };
  return (
    <form
      onSubmit={submit}
      className="grid gap-3"
      onKeyDown={(event) => event.key === "Escape" && props.done()}
    >
      <TextArea
        label="Why does it matter to you?"
        name="why"
        maxLength={500}
        autoFocus
        defaultValue={props.action.plan?.why ?? ""}
      />
      {props.action.status === "SAVED" && (
        <TextField
          label="When will you begin?"
          name="beginOn"
          type="date"
          min={today()}
          defaultValue={props.action.plan?.beginOn ?? ""}
          hint="Once that day has passed, you are asked what came of it. Just once."
        />
      )}
      <div className="flex flex-wrap gap-2">
        <Button look="primary" type="submit">
          Keep it
        </Button>
        <Button look="quiet" onClick={props.done}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function Question(props: { action: CareerAction; plan: Plan }): JSX.Element {
  const change = useChange(props.action);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    change.answer(props.plan, words(new FormData(event.currentTarget), "cameOfIt"));
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <TextArea label="The day has passed. What came of it?" name="cameOfIt" maxLength={1000} />
      <div className="flex flex-wrap gap-2">
        <Button look="primary" type="submit">
          Keep it
        </Button>
        <Button look="quiet" onClick={() => change.answer(props.plan, null)}>
          Nothing to say
        </Button>
      </div>
    </form>
  );
}

/** In the person's own words why this matters and when they begin, and afterwards what came of it. No step needs it. */
export function PlanPanel({ action }: { action: CareerAction }): JSX.Element | null {
  const [writing, setWriting] = useState(false);
  const { plan } = action;
  if (plan === null && !plannable(action)) return null;
  if (writing)
    return (
      <Section title="In your words">
        <PlanForm action={action} done={() => setWriting(false)} />
      </Section>
    );
  if (plan === null)
    return (
      <div className="-ml-1">
        <Button look="quiet" onClick={() => setWriting(true)}>
          <PenLine size={16} aria-hidden />
          {action.status === "SAVED" ? "Say why it matters, and when you begin" : "Say why it matters"}
        </Button>
      </div>
    );
  return (
    <Section
      title="In your words"
      side={
        plannable(action) && (
          <Button look="quiet" onClick={() => setWriting(true)}>
            Change
          </Button>
        )
      }
    >
      {plan.why !== null && <p className="words">“{plan.why}”</p>}
      {plan.beginOn !== null && (
        <p className="text-sm text-muted">
          {plan.beginOn < today() ? "You meant to begin on" : "You begin on"} {calendarDay(plan.beginOn)}.
        </p>
      )}
      {isDue(action) && <Question action={action} plan={plan} />}
      {plan.cameOfIt !== null && (
        <>
          <h3 className="text-sm font-medium">What came of it</h3>
          <p className="words">{plan.cameOfIt}</p>
        </>
      )}
    </Section>
  );
}
