import { Download, Printer } from "lucide-react";
import { useState, type JSX } from "react";
import { ExportResumeDocument } from "@/gql/graphql";
import { problemWords, useAsk } from "@/sync/ask";
import { useIsLive } from "@/sync/hooks";
import { Button } from "@/ui/Button";
import { saveAsFile } from "@/ui/files";
import { Notice } from "@/ui/parts";

/** The profile on paper, or as a JSON Resume document. */
export function ExportButtons(props: { id: string }): JSX.Element {
  const ask = useAsk();
  const live = useIsLive();
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (): Promise<void> => {
    try {
      setProblem(null);
      const { profile } = await ask(ExportResumeDocument, { id: props.id });
      saveAsFile("resume.json", profile?.resume);
    } catch (error) {
      setProblem(problemWords(error));
    }
  };
  return (
    <div className="grid justify-items-end gap-2">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => print()}>
          <Printer size={16} aria-hidden /> Print
        </Button>
        <Button onClick={() => void run()} disabled={!live}>
          <Download size={16} aria-hidden /> JSON Resume
        </Button>
      </div>
      {problem && <Notice tone="danger">{problem}</Notice>}
    </div>
  );
}
