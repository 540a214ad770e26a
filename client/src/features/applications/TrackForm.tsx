import { useState, type FormEvent, type JSX } from "react";
import { TrackPostingDocument } from "@/gql/graphql";
import { newMutationId, problemWords, useAsk } from "@/sync/ask";
import { useIsLive, useSync } from "@/sync/hooks";
import { Button } from "@/ui/Button";
import { TextArea, TextField } from "@/ui/Field";

const EMPTY = { title: "", organization: "", location: "", url: "", description: "" };
type Field = keyof typeof EMPTY;

/** For a posting from elsewhere. */
export function TrackForm(props: { onDone: () => void }): JSX.Element {
  const ask = useAsk();
  const live = useIsLive();
  const { tab } = useSync();
  const [values, setValues] = useState(EMPTY);
  const [mutationId] = useState(() => newMutationId(tab));
  const [tries, setTries] = useState(0);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const given = Object.entries(values).filter(([, value]) => value.trim() !== "");
      const input = { ...values, ...Object.fromEntries(given), url: values.url.trim() || null };
      // The same id while nobody knows what became of it; another once it was refused.
      const { trackPosting: result } = await ask(TrackPostingDocument, {
        input,
        mutationId: `${mutationId}.${tries}`,
      });
      if (result.__typename === "ApplicationPayload") return props.onDone();
      setTries(tries + 1);
      const field = result.__typename === "InvalidInputError" ? result.field.replace("input.", "") : "";
      setProblem({ field, message: result.message });
    } catch (error) {
      setProblem({ field: "", message: problemWords(error) });
    }
    setBusy(false);
  };
  const bound = (name: Field) => ({
    value: values[name],
    error: problem?.field === name ? problem.message : null,
    onChange: (event: { target: { value: string } }) => {
      setTries(tries + 1);
      setValues({ ...values, [name]: event.target.value });
    },
  });
  const known = problem !== null && problem.field in EMPTY;
  return (
    <form
      onSubmit={(event) => void submit(event)}
      aria-label="A posting from elsewhere"
      className="grid max-w-xl gap-3 rounded-xl border border-line bg-card p-4"
    >
      <TextField label="Title" required maxLength={300} autoFocus {...bound("title")} />
      <TextField label="Organization" required maxLength={200} {...bound("organization")} />
      <TextField label="Place" maxLength={300} {...bound("location")} />
      <TextField label="Address on the web" type="url" maxLength={2_000} {...bound("url")} />
      <TextArea
        label="Text of the posting"
        maxLength={20_000}
        hint="Postings go away; what you paste here stays."
        {...bound("description")}
      />
      {problem !== null && !known && (
        <p role="alert" className="words text-sm text-danger">
          {problem.message}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={busy || !live}>
          Track it
        </Button>
        <Button onClick={props.onDone}>Cancel</Button>
      </div>
      {!live && <p className="text-sm text-muted">There is no connection. What you typed stays here.</p>}
    </form>
  );
}
