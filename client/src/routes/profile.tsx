import type { JSX } from "react";
import { personOf } from "@/features/accounts/signIn";
import { ExportButtons } from "@/features/profiles/ExportButtons";
import { ImportPanel } from "@/features/profiles/ImportPanel";
import { Resume } from "@/features/profiles/Resume";
import { SectionEditor } from "@/features/profiles/SectionEditor";
import { SECTIONS } from "@/features/profiles/sections";
import { StartProfile } from "@/features/profiles/StartProfile";
import { useIsEmpty, useIsLive, usePerson, useRows, useSession } from "@/sync/hooks";
import { PageTitle, Section, Skeleton } from "@/ui/parts";

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
          side={profile && <ExportButtons id={profile.id} />}
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
