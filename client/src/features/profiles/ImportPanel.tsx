import { FileUp } from "lucide-react";
import { useState, type ChangeEvent, type JSX } from "react";
import { ImportResumeDocument, type ResumeChangesFragment } from "@/gql/graphql";
import { problemWords, useAsk } from "@/sync/ask";
import { Button } from "@/ui/Button";
import { TextArea } from "@/ui/Field";
import { Notice } from "@/ui/parts";
import { sectionName } from "./messages";

interface Preview {
  readonly resume: unknown;
  readonly report: ResumeChangesFragment;
}

interface Problem {
  readonly field: string;
  readonly message: string;
}

function Changes(props: { title: string; sign: string; items: readonly string[] }): JSX.Element | null {
  if (props.items.length === 0) return null;
  return (
    <li className="words">
      <span className="font-medium" aria-hidden>
        {props.sign}{" "}
      </span>
      <span className="sr-only">{props.title}: </span>
      {props.items.join(", ")}
    </li>
  );
}

function Report({ report }: { report: ResumeChangesFragment }): JSX.Element {
  if (report.sections.length === 0) return <p className="text-sm">Nothing would change.</p>;
  return (
    <div className="grid gap-3 text-sm">
      {report.sections.map((section) => (
        <div key={section.section}>
          <h3 className="font-medium">{sectionName(section.section)}</h3>
          <ul className="text-muted">
            <Changes title="New" sign="+" items={section.added} />
            <Changes title="Changed" sign="~" items={section.changed} />
            <Changes title="Removed" sign="−" items={section.removed} />
          </ul>
        </div>
      ))}
      {report.notes.length > 0 && (
        <details>
          <summary className="text-muted">
            Read differently from how it is written ({report.notes.length})
          </summary>
          <ul className="mt-1 grid gap-1 text-muted">
            {report.notes.map((note) => (
              <li key={`${note.field} ${note.message}`} className="words">
                <code>{note.field}</code> {note.message}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** A JSON Resume document: first what it would change, then, after a yes, the change. */
export function ImportPanel(props: { reason: string | null; onImported: () => void }): JSX.Element {
  const ask = useAsk();
  const [text, setText] = useState("");
  const [preview, setPreview] = useState<Preview | null>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [confirmed, setConfirmed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [over, setOver] = useState(false);
  const blocked = busy || props.reason !== null;

  const run = async (resume: unknown, dryRun: boolean): Promise<void> => {
    setBusy(true);
    setProblems([]);
    setDone(false);
    try {
      const { importResume: result } = await ask(ImportResumeDocument, {
        resume,
        dryRun,
        confirmRemoval: confirmed,
      });
      if (result.__typename === "ResumePreview") setPreview({ resume, report: result.report });
      else if (result.__typename === "ProfilePayload") {
        setPreview(null);
        setText("");
        setDone(true);
        props.onImported();
      } else if (result.__typename === "InvalidInputError") setProblems(result.problems);
      else setProblems([{ field: "", message: result.message }]);
    } catch (error) {
      setProblems([{ field: "", message: problemWords(error) }]);
    }
    setBusy(false);
  };

  const look = (words: string): void => {
    setPreview(null);
    setConfirmed(false);
    try {
      void run(JSON.parse(words), true);
    } catch (error) {
      const where = error instanceof Error ? error.message : "";
      setProblems([{ field: "", message: `This is not valid JSON. ${where}` }]);
    }
  };

  const bring = (words: string): void => {
    setText(words);
    look(words);
  };
  const onFile = (event: ChangeEvent<HTMLInputElement>): void => {
    void event.target.files?.[0]?.text().then(bring);
    event.target.value = ""; // the same file, changed, is another choice
  };
  /** Dropped or pasted: a file, or its text. Returns false for what is neither. */
  const onTransfer = (data: DataTransfer): boolean => {
    const file = data.files[0];
    if (file !== undefined) void file.text().then(bring);
    const words = file === undefined ? data.getData("text") : "";
    if (words !== "") bring(words);
    return file !== undefined || words !== "";
  };

  return (
    <div
      className={`grid grid-cols-1 gap-4 rounded-xl border border-dashed p-4 ${over ? "border-action bg-action-soft" : "border-edge"}`}
      data-drop
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onTransfer(event.dataTransfer);
      }}
      onPaste={(event) => {
        // Into the field with something in it already, it is an edit like any other.
        if (text === "" && onTransfer(event.clipboardData)) event.preventDefault();
      }}
    >
      <p className="max-w-prose text-sm text-muted">
        Bring a résumé in the JSON Resume format: drop a file here, choose one, or paste its text. You see
        what would change before anything does.
      </p>
      <label className="flex min-h-10 w-fit cursor-pointer items-center gap-2 rounded-lg border border-edge bg-card px-3 py-2 text-sm font-medium focus-within:outline-2 focus-within:outline-action hover:bg-sunken">
        <FileUp size={16} aria-hidden /> Choose a file
        <input type="file" accept=".json,application/json" className="sr-only" onChange={onFile} />
      </label>
      <TextArea
        label="Or paste it"
        value={text}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          setPreview(null);
        }}
      />
      {preview === null && (
        <div>
          <Button disabled={blocked || text.trim() === ""} onClick={() => look(text)}>
            {busy ? "Looking…" : "See what would change"}
          </Button>
        </div>
      )}
      {problems.length > 0 && (
        <Notice tone="danger">
          <p>Nothing was changed.</p>
          <ul className="mt-1 grid gap-1">
            {problems.map((problem) => (
              <li key={`${problem.field} ${problem.message}`}>
                {problem.field && <code>{problem.field}</code>} {problem.message}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {preview && (
        <div className="grid gap-4 rounded-xl border border-line bg-card p-4">
          <Report report={preview.report} />
          {preview.report.needsConfirmation && (
            <label className="flex items-start gap-3 text-sm text-danger">
              <input
                type="checkbox"
                className="mt-0.5 size-5 shrink-0"
                checked={confirmed}
                onChange={(event) => setConfirmed(event.target.checked)}
              />
              This removes most of your profile. I want that.
            </label>
          )}
          <div className="flex flex-wrap gap-2">
            <Button
              look="primary"
              disabled={blocked || (preview.report.needsConfirmation && !confirmed)}
              onClick={() => void run(preview.resume, false)}
            >
              Import it
            </Button>
            <Button look="quiet" onClick={() => setPreview(null)}>
              Cancel
            </Button>
          </div>
        </div>
      )}
      {props.reason && <p className="text-sm text-muted">{props.reason}</p>}
      {done && <Notice tone="match">Imported.</Notice>}
    </div>
  );
}
