import type { JSX } from "react";
import type { Profile } from "@/sync/lists";
import { besideOf, readEntries, titleOf } from "./entries";
import { SECTIONS, type Section } from "./sections";

/** Fields that stand in an entry's heading, or that a reader of a résumé does not look for. */
const HEADED = new Set(["startDate", "endDate", "releaseDate", "type", "roles", "description"]);
const INLINE = new Set(["skills", "languages", "researchInterests"]);

function PrintedSection({ section, profile }: { section: Section; profile: Profile }): JSX.Element | null {
  const entries = readEntries(section, profile);
  if (section.noun === undefined || entries.length === 0) return null;
  const headed = new Set([...HEADED, ...(section.titles ?? ["name"]), ...(section.beside ?? [])]);
  return (
    <section>
      <h2>{section.title}</h2>
      {entries.map((entry, index) => (
        <div key={index} className={INLINE.has(section.name) ? "resume-line" : "resume-entry"}>
          <h3>{titleOf(section, entry)}</h3>
          <p className="resume-beside">{besideOf(section, entry)}</p>
          {section.name === "projects" && entry.words["description"] && (
            <p className="words">{entry.words["description"]}</p>
          )}
          {section.fields.map(({ name, label, kind }) => {
            const text = entry.words[name] ?? "";
            if (text === "" || headed.has(name)) return null;
            if (name === "highlights")
              return (
                <ul key={name}>
                  {text.split("\n").map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              );
            if (kind === "long" || name === "url")
              return (
                <p key={name} className="words">
                  {text}
                </p>
              );
            return (
              <p key={name}>
                {label}: {text.split("\n").join(", ")}
              </p>
            );
          })}
        </div>
      ))}
    </section>
  );
}

const ORDER = [
  "work",
  "projects",
  "education",
  "certificates",
  "volunteer",
  "publications",
  "skills",
  "languages",
];

/** The profile as a résumé on paper: what is printed in place of the editor. */
export function Resume({ profile }: { profile: Profile }): JSX.Element {
  const { city, region, countryCode } = profile.location;
  return (
    <article className="resume hidden print:block" aria-label="Résumé">
      <h1>{profile.name ?? "Résumé"}</h1>
      {profile.headline && <p className="resume-headline">{profile.headline}</p>}
      <p className="resume-beside">{[city, region, countryCode].filter(Boolean).join(", ")}</p>
      {profile.summary && <p className="words">{profile.summary}</p>}
      {[...ORDER, "researchInterests"].map((name) => {
        const section = SECTIONS.find((one) => one.name === name);
        return section && <PrintedSection key={name} section={section} profile={profile} />;
      })}
    </article>
  );
}
