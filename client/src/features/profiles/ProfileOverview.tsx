import type { JSX } from "react";
import type { Profile } from "@/sync/lists";
import { Section, Tag } from "@/ui/parts";
import { SOURCES, span } from "./messages";

interface Entry {
  readonly title: string;
  readonly place: string;
  readonly when: string;
  readonly words: string | null;
}

const joined = (...parts: readonly (string | null)[]): string => parts.filter(Boolean).join(", ");

function Entries(props: { title: string; entries: readonly Entry[] }): JSX.Element | null {
  if (props.entries.length === 0) return null;
  return (
    <Section title={props.title}>
      <ul className="grid gap-3">
        {props.entries.map((entry) => (
          <li
            key={`${entry.title} ${entry.place} ${entry.when}`}
            className="rounded-xl border border-line bg-card p-4"
          >
            <h3 className="font-medium [overflow-wrap:anywhere]">{entry.title}</h3>
            <p className="text-sm text-muted">{[entry.place, entry.when].filter(Boolean).join(" · ")}</p>
            {entry.words && <p className="words mt-2 text-sm">{entry.words}</p>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** What else the profile says; an import changes it. */
export function ProfileOverview({ profile }: { profile: Profile }): JSX.Element {
  return (
    <>
      {profile.skills.length > 0 && (
        <Section title="Where your skills come from">
          <ul className="flex flex-wrap gap-2">
            {profile.skills.map((skill) => (
              <li key={skill.name}>
                <Tag tone={skill.source === "CONVERSATION" ? "learning" : "calm"}>
                  {skill.name}
                  {skill.level && ` · ${skill.level}`} · {SOURCES[skill.source]}
                </Tag>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Entries
        title="Work"
        entries={profile.work.map((one) => ({
          title: joined(one.position, one.name),
          place: one.location ?? "",
          when: span(one.startDate, one.endDate),
          words: one.summary,
        }))}
      />
      <Entries
        title="Education"
        entries={profile.education.map((one) => ({
          title: joined(one.studyType, one.area),
          place: one.institution ?? "",
          when: span(one.startDate, one.endDate),
          words: null,
        }))}
      />
      <Entries
        title="Projects"
        entries={profile.projects.map((one) => ({
          title: one.name ?? "",
          place: one.entity ?? "",
          when: span(one.startDate, one.endDate),
          words: one.description,
        }))}
      />
      <Entries
        title="Volunteering"
        entries={profile.volunteer.map((one) => ({
          title: joined(one.position, one.organization),
          place: "",
          when: span(one.startDate, one.endDate),
          words: one.summary,
        }))}
      />
      {profile.researchInterests.length > 0 && (
        <Section title="Interests">
          <ul className="flex flex-wrap gap-2">
            {profile.researchInterests.map((one) => (
              <li key={one.name}>
                <Tag>{one.name}</Tag>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
