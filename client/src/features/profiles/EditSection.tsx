import { useState, type FormEvent, type JSX } from "react";
import { UpdateProfileDocument, type UpdateProfileInput } from "@/gql/graphql";
import { problemWords, useAsk } from "@/sync/ask";
import { useDraft, useIsLive } from "@/sync/hooks";
import type { Profile } from "@/sync/lists";
import { Button } from "@/ui/Button";
import { TextArea, TextField } from "@/ui/Field";
import { Notice, Section } from "@/ui/parts";

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

interface Part {
  readonly title: string;
  readonly fields: readonly {
    readonly name: string;
    readonly label: string;
    readonly long?: true;
    readonly hint?: string;
  }[];
  /** The words of the fields, from the profile. */
  readonly read: (profile: Profile) => Readonly<Record<string, string>>;
  readonly write: (words: Readonly<Record<string, string>>, profile: Profile) => UpdateProfileInput;
}

const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
const orNull = (text: string | undefined): string | null => (text?.trim() ? text.trim() : null);

export const PARTS: readonly Part[] = [
  {
    title: "About you",
    fields: [
      { name: "name", label: "Name" },
      { name: "headline", label: "What you do, in a few words" },
      { name: "summary", label: "A little about you", long: true },
      { name: "city", label: "Town" },
    ],
    read: (profile) => ({
      name: profile.name ?? "",
      headline: profile.headline ?? "",
      summary: profile.summary ?? "",
      city: profile.location.city ?? "",
    }),
    write: (words, { location }) => ({
      name: orNull(words["name"]),
      headline: orNull(words["headline"]),
      summary: orNull(words["summary"]),
      location: { city: orNull(words["city"]), region: location.region, countryCode: location.countryCode },
    }),
  },
  {
    title: "Goals",
    fields: [{ name: "goals", label: "Where you want to go", long: true, hint: "One a line." }],
    read: (profile) => ({ goals: profile.careerGoals.join("\n") }),
    write: (words) => ({ careerGoals: lines(words["goals"] ?? "") }),
  },
  {
    title: "Skills",
    fields: [
      {
        name: "skills",
        label: "What you can do",
        long: true,
        hint: "One a line. Level and source stay with a skill that keeps its name.",
      },
    ],
    read: (profile) => ({ skills: profile.skills.map((skill) => skill.name).join("\n") }),
    write: (words, profile) => ({
      skills: lines(words["skills"] ?? "").map((name) => {
        const held = profile.skills.find((skill) => skill.name === name);
        return { name, level: held?.level ?? null, keywords: held?.keywords ?? [] };
      }),
    }),
  },
];

interface Draft {
  readonly words: Readonly<Record<string, string>>;
  /** Version of the profile that it began from. */
  readonly version: number;
}

const parsed = (text: string): Draft | null => {
  try {
    return text === "" ? null : (JSON.parse(text) as Draft);
  } catch {
    return null;
  }
};

/** One part of the profile. What is typed is kept on the device until it is saved. */
export function EditSection({ part, profile }: { part: Part; profile: Profile }): JSX.Element {
  const ask = useAsk();
  const live = useIsLive();
  const kept = useDraft(`profile:${part.title}`);
  const [problem, setProblem] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [saved, setSaved] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const held = part.read(profile);
  const draft = parsed(kept.text);
  const words = draft?.words ?? held;
  const changed = part.fields.some(({ name }) => words[name] !== held[name]);
  const elsewhere = draft !== null && changed && draft.version !== profile.version;

  const save = async (expectedVersion: number): Promise<void> => {
    setBusy(true);
    setProblem(null);
    setWrong(null);
    try {
      const { updateProfile: result } = await ask(UpdateProfileDocument, {
        input: part.write(words, profile),
        expectedVersion,
        mutationId: crypto.randomUUID(),
      });
      if (result.__typename === "ProfilePayload") {
        kept.setText("");
        setSaved(Date.now());
      } else {
        setProblem(result.message);
        if (result.__typename === "InvalidInputError") setWrong(result.field);
      }
    } catch (error) {
      setProblem(problemWords(error));
    }
    setBusy(false);
  };

  return (
    <Section
      title={part.title}
      side={
        <span role="status" className="text-xs text-muted">
          {changed
            ? "Kept on this device, not saved yet"
            : saved === null
              ? ""
              : `Saved ${CLOCK.format(saved)}`}
        </span>
      }
    >
      <form
        className="grid grid-cols-1 gap-4 rounded-xl border border-line bg-card p-4"
        onKeyDown={(event) => {
          if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          if (changed && live && !elsewhere) void save(profile.version);
        }}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void save(profile.version);
        }}
      >
        {part.fields.map(({ name, label, long, hint }) => {
          const Box = long ? TextArea : TextField;
          return (
            <Box
              key={name}
              label={label}
              hint={hint}
              error={wrong?.split(".").includes(name) ? problem : null}
              value={words[name] ?? ""}
              onChange={(event: { target: { value: string } }) =>
                kept.setText(
                  JSON.stringify({
                    words: { ...words, [name]: event.target.value },
                    version: draft?.version ?? profile.version,
                  }),
                )
              }
            />
          );
        })}
        {elsewhere && (
          <Notice tone="learning">
            Your profile has changed elsewhere since you began.
            {part.fields.map(({ name, label }) => (
              <p key={name} className="mt-2">
                <span className="font-medium">{label}, as it is now: </span>
                {held[name] || "empty"}
              </p>
            ))}
          </Notice>
        )}
        {problem && <Notice tone="danger">{problem}</Notice>}
        {changed && (
          <div className="flex flex-wrap gap-2">
            <Button type="submit" look="primary" disabled={busy || !live}>
              {elsewhere ? "Keep mine" : busy ? "Saving…" : "Save"}
            </Button>
            <Button look="quiet" onClick={() => kept.setText("")}>
              {elsewhere ? "Take theirs" : "Discard"}
            </Button>
            {!live && (
              <span className="self-center text-sm text-muted">Needs a connection. Your words are kept.</span>
            )}
          </div>
        )}
      </form>
    </Section>
  );
}
