import type { ChangeEvent, JSX } from "react";
import { SelectField, TextArea, TextField } from "@/ui/Field";
import type { Entry } from "./entries";
import type { Section } from "./sections";

/** The fields of one entry. */
export function EntryFields(props: {
  section: Section;
  entry: Entry;
  /** Which field is refused, and why. */
  wrong: { readonly field: string; readonly message: string } | null;
  onChange: (entry: Entry) => void;
}): JSX.Element {
  const { section, entry } = props;
  return (
    <div className="grid grid-cols-1 items-start gap-4 sm:grid-cols-2">
      {section.fields.map(({ name, label, kind, hint, options = {}, required }) => {
        const common = {
          label,
          hint,
          error: props.wrong?.field === name ? props.wrong.message : null,
          value: entry.words[name] ?? "",
          "data-field": name,
          ...(required ? { "aria-required": true } : {}),
          onChange: ({ target }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) =>
            props.onChange({ ...entry, words: { ...entry.words, [name]: target.value } }),
        };
        if (kind === "choice") return <SelectField key={name} {...common} options={options} />;
        if (kind === "number") return <TextField key={name} {...common} inputMode="numeric" />;
        if (kind === undefined) return <TextField key={name} {...common} />;
        return (
          <div key={name} className="sm:col-span-2">
            <TextArea {...common} rows={kind === "long" ? 4 : 2} />
          </div>
        );
      })}
    </div>
  );
}
