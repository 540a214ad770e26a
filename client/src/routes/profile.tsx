import { Download, Printer } from "lucide-react";
import { useState, type JSX } from "react";
import { personOf } from "@/features/accounts/signIn";
import { ImportPanel } from "@/features/profiles/ImportPanel";
import { Resume } from "@/features/profiles/Resume";
import { SectionEditor } from "@/features/profiles/SectionEditor";
import { SECTIONS } from "@/features/profiles/sections";
import { StartProfile } from "@/features/profiles/StartProfile";
import { ExportResumeDocument } from "@/gql/graphql";
import { problemWords, useAsk } from "@/sync/ask";
import { useIsEmpty, useIsLive, usePerson, useRows, useSession } from "@/sync/hooks";
import { Button } from "@/ui/Button";
import { saveAsFile } from "@/ui/files";
import { Notice, PageTitle, Section, Skeleton } from "@/ui/parts";

function Export(props: { id: string }): JSX.Element {
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

export default function ProfilePage(): JSX.Element {
  const person = usePerson();
  const session = useSession();
  const live = useIsLive();
  const profile = useRows("profiles")[0];
  const empty = useIsEmpty("profiles");
  /** The first import or change makes the profile: only now are there lists to follow. */
  const onMade = (): void => {
    if (person !== null && person.profileId === null)
      void personOf(person.token).then((one) => session.signIn(one));
  };
  const reason = live ? null : "Needs a connection.";
  return (
    <>
      <div className="print:hidden">
        <PageTitle
          lead="What every match and every suggestion rests on. It is saved while you write."
          side={profile && <Export id={profile.id} />}
        >
          Profile
        </PageTitle>
        <div className="grid max-w-3xl grid-cols-1 gap-10">
          {profile
            ? SECTIONS.map((section) => (
                <SectionEditor key={section.name} section={section} profile={profile} />
              ))
            : person?.profileId != null && empty && <Skeleton />}
          {person?.profileId === null && <StartProfile reason={reason} onMade={onMade} />}
          <Section title="Import">
            <ImportPanel reason={reason} onImported={onMade} />
          </Section>
        </div>
      </div>
      {profile && <Resume profile={profile} />}
    </>
  );
}
