import { useEffect, useState, type FormEvent, type JSX } from "react";
import { ApiError } from "@/sync/api";
import { useSession } from "@/sync/hooks";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Notice, PageTitle, Skeleton } from "@/ui/parts";
import { personOf, samplePeople, type SamplePerson } from "./signIn";

const words = (error: unknown): string => {
  if (!(error instanceof ApiError)) return "That did not work. Please try again.";
  if (error.code === "UNAUTHENTICATED")
    return "This token is not accepted. It may have expired: make a new one.";
  if (error.code === "NETWORK") return "Foothold cannot be reached. Is it running?";
  return error.message;
};

function TokenForm(props: { busy: boolean; onToken: (token: string) => void }): JSX.Element {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get("token")).trim();
    if (token !== "") props.onToken(token.replace(/^Bearer\s+/i, ""));
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <TextField
        label="Your token"
        name="token"
        autoComplete="off"
        spellCheck={false}
        required
        hint={
          <>
            On the machine that runs Foothold: <code>foothold token --user you</code>. It stays in this
            browser.
          </>
        }
      />
      <div>
        <Button type="submit" look="primary" disabled={props.busy}>
          Sign in
        </Button>
      </div>
    </form>
  );
}

/** Who is there? In a demo one click on a sample person, else a token. */
export default function FirstVisit(): JSX.Element {
  const session = useSession();
  const [people, setPeople] = useState<readonly SamplePerson[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const enter = async (token: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      session.signIn(await personOf(token));
    } catch (error) {
      setProblem(words(error));
      setBusy(false);
    }
  };

  useEffect(() => {
    void samplePeople().then(setPeople);
  }, []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLInputElement) return;
      const person = people?.[Number(event.key) - 1];
      if (person) void enter(person.token);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });

  return (
    <main className="mx-auto grid max-w-xl gap-6 px-4 py-12 sm:py-20">
      <img src="/icon.svg" alt="" width={48} height={48} />
      <PageTitle lead="Foothold turns your profile into a short list of next steps, and keeps it up to date.">
        Find your next foothold
      </PageTitle>
      {problem && <Notice tone="danger">{problem}</Notice>}
      {people === null ? (
        <Skeleton rows={3} />
      ) : people.length > 0 ? (
        <section className="grid gap-3">
          <h2 className="font-semibold">Look around as one of these people</h2>
          <ul className="grid gap-2">
            {people.map((person, index) => (
              <li key={person.token}>
                <button
                  type="button"
                  disabled={busy}
                  onClick={() => void enter(person.token)}
                  className="flex w-full items-center gap-4 rounded-xl border border-line bg-card p-4 text-left hover:border-action hover:bg-action-soft"
                >
                  <span
                    aria-hidden
                    className="grid size-10 shrink-0 place-items-center rounded-full bg-action-soft font-semibold text-action"
                  >
                    {person.name.charAt(0)}
                  </span>
                  <span className="min-w-0 flex-1">
                    <span className="block font-medium">{person.name}</span>
                    <span className="block text-sm text-muted">{person.headline}</span>
                  </span>
                  <kbd aria-hidden className="text-xs text-muted max-sm:hidden">
                    {index + 1}
                  </kbd>
                </button>
              </li>
            ))}
          </ul>
          <p className="text-sm text-muted">
            The people and the opportunities are made up. Without a key for a language model, the built-in
            coach answers.
          </p>
          <details className="text-sm">
            <summary className="py-2 text-muted">Sign in with a token instead</summary>
            <div className="pt-2">
              <TokenForm busy={busy} onToken={(token) => void enter(token)} />
            </div>
          </details>
        </section>
      ) : (
        <TokenForm busy={busy} onToken={(token) => void enter(token)} />
      )}
    </main>
  );
}
