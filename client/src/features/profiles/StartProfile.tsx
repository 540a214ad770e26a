import { useState, type FormEvent, type JSX } from "react";
import { UpdateProfileDocument } from "@/gql/graphql";
import { newMutationId, problemWords, useAsk } from "@/sync/ask";
import { useDraft } from "@/sync/drafting";
import { useSync } from "@/sync/hooks";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Section } from "@/ui/parts";

/** For somebody without a profile and without a résumé: a name is enough to begin. */
export function StartProfile(props: { reason: string | null; onMade: () => void }): JSX.Element {
  const ask = useAsk();
  const { tab } = useSync();
  const { text, setText } = useDraft("profile:start");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() === "") return setProblem("A name, please; you can change it later.");
    setBusy(true);
    setProblem(null);
    try {
      const { updateProfile: result } = await ask(UpdateProfileDocument, {
        input: { name: text },
        expectedVersion: 0,
        mutationId: newMutationId(tab),
      });
      // Somebody was faster, perhaps this person in another tab: then there is a profile.
      if (result.__typename === "ProfilePayload" || result.__typename === "ConflictError") {
        setText("");
        return props.onMade();
      }
      setProblem(result.message);
    } catch (error) {
      setProblem(problemWords(error));
    }
    setBusy(false);
  };
  return (
    <Section title="Begin with your name">
      <form onSubmit={(event) => void submit(event)} className="grid max-w-sm gap-3">
        <TextField
          label="Name"
          autoComplete="name"
          value={text}
          error={problem}
          onChange={(event) => setText(event.target.value)}
        />
        <div>
          <Button type="submit" look="primary" disabled={busy || props.reason !== null}>
            Begin
          </Button>
        </div>
        {props.reason && <p className="text-sm text-muted">{props.reason}</p>}
      </form>
    </Section>
  );
}
