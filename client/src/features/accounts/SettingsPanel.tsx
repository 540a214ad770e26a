import { Download, LogOut } from "lucide-react";
import { useState, type FormEvent, type JSX } from "react";
import { DeleteMyAccountDocument, ExportMyDataDocument, type ExportMyDataQuery } from "@/gql/graphql";
import { useIsLive, usePerson, useSession } from "@/sync/hooks";
import { useKeepsRows } from "@/sync/keeping";
import { problemWords, useAsk, type AskNow } from "@/sync/ask";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { saveAsFile } from "@/ui/files";
import { Section } from "@/ui/parts";

type Data = Record<string, unknown>;

/** Joins the pages: lists of one name are one list. */
async function everything(ask: AskNow, counted: (pages: number) => void): Promise<Data> {
  const all: Data = {};
  for (let after: string | null = null, pages = 1; ; pages++) {
    const page: ExportMyDataQuery["exportMyData"] = (await ask(ExportMyDataDocument, { first: 100, after }))
      .exportMyData;
    for (const [name, value] of Object.entries(page.data as Data)) {
      const held = all[name];
      all[name] = Array.isArray(held) && Array.isArray(value) ? [...held, ...value] : value;
    }
    counted(pages);
    if (page.nextCursor === null) return all;
    after = page.nextCursor;
  }
}

function Export(): JSX.Element {
  const ask = useAsk();
  const live = useIsLive();
  const [state, setState] = useState<string | null>(null);
  const run = async (): Promise<void> => {
    try {
      const data = await everything(ask, (pages) =>
        setState(`${pages} ${pages === 1 ? "page" : "pages"} so far…`),
      );
      saveAsFile("foothold.json", data);
      setState("Saved as foothold.json.");
    } catch (error) {
      setState(problemWords(error));
    }
  };
  return (
    <Section title="Your data">
      <p className="text-sm text-muted">Everything Foothold keeps of you, as one JSON file.</p>
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={() => void run()} disabled={!live}>
          <Download size={16} aria-hidden /> Download
        </Button>
        <span role="status" className="text-sm text-muted">
          {state}
        </span>
      </div>
    </Section>
  );
}

function Device(): JSX.Element {
  const [keeps, choose] = useKeepsRows();
  return (
    <Section title="This device">
      <label className="flex min-h-9 items-center gap-3 text-sm">
        <input
          type="checkbox"
          checked={keeps}
          aria-describedby="device-hint"
          className="size-5 accent-action"
          onChange={(event) => choose(event.target.checked)}
        />
        Keep a copy of your lists here, to open at once and without a connection.
      </label>
      <p id="device-hint" role="status" className="max-w-prose text-sm text-muted">
        {keeps
          ? "On a computer that others use, switch it off: the copy is removed at once."
          : "The copy is removed. What you are writing, and changes that were not sent yet, stay here until they are sent or you sign out."}
      </p>
    </Section>
  );
}

const WORD = "delete";

function Deletion(): JSX.Element {
  const ask = useAsk();
  const person = usePerson();
  const session = useSession();
  const live = useIsLive();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const typed = String(new FormData(event.currentTarget).get("word")).trim().toLowerCase();
    if (person === null) return;
    if (typed !== WORD) return setProblem(`Type “${WORD}” to confirm.`);
    setBusy(true);
    setProblem(null);
    try {
      const { deleteMyAccount } = await ask(DeleteMyAccountDocument, { confirmation: person.viewerId });
      if (deleteMyAccount.__typename === "DeleteMyAccountPayload") return session.signOut();
      setProblem(deleteMyAccount.message);
    } catch (error) {
      setProblem(problemWords(error));
    }
    setBusy(false);
  };
  return (
    <Section title="Delete your account">
      <p className="max-w-prose text-sm text-muted">
        Your profile, actions, matches, conversations and learnings are deleted for good, here and on this
        device. The opportunities, which everybody sees, stay. You can begin a new, empty account ten minutes
        later.
      </p>
      <form onSubmit={(event) => void submit(event)} className="grid max-w-sm gap-3">
        <TextField label={`Type “${WORD}” to confirm`} name="word" autoComplete="off" error={problem} />
        <div>
          <Button type="submit" look="danger" disabled={busy || !live}>
            Delete everything
          </Button>
        </div>
      </form>
    </Section>
  );
}

export function AccountSettings(): JSX.Element {
  const session = useSession();
  const person = usePerson();
  return (
    <>
      <Section title="Signed in">
        <p className="text-sm text-muted">
          {person?.name ?? "You"}. Signing out removes what this browser keeps of you, drafts as well.
        </p>
        <div>
          <Button onClick={() => session.signOut()}>
            <LogOut size={16} aria-hidden /> Sign out
          </Button>
        </div>
      </Section>
      <Device />
      <Export />
      <Deletion />
    </>
  );
}
