import { useState, type JSX } from "react";
import { AccountSettings } from "@/features/accounts/SettingsPanel";
import { keysAreOn, setKeys } from "@/shell/Shortcuts";
import { setTheme, theme, type Theme } from "@/shell/theme";
import { buttonClass } from "@/ui/Button";
import { PageTitle, Section } from "@/ui/parts";

const THEMES: readonly (readonly [Theme, string])[] = [
  ["system", "Like the device"],
  ["light", "Light"],
  ["dark", "Dark"],
];

export default function Settings(): JSX.Element {
  const [chosen, choose] = useState(theme);
  const [keys, chooseKeys] = useState(keysAreOn);
  return (
    <>
      <PageTitle>Settings</PageTitle>
      <div className="grid max-w-3xl gap-10">
        <Section title="Colours">
          <div role="group" aria-label="Colours" className="flex flex-wrap gap-2">
            {THEMES.map(([name, words]) => (
              <button
                key={name}
                type="button"
                aria-pressed={chosen === name}
                onClick={() => {
                  setTheme(name);
                  choose(name);
                }}
                className={`${buttonClass("plain")} aria-pressed:border-action aria-pressed:bg-action-soft aria-pressed:text-action`}
              >
                {words}
              </button>
            ))}
          </div>
        </Section>
        <Section title="Keyboard">
          <label className="flex min-h-9 items-center gap-3 text-sm">
            <input
              type="checkbox"
              checked={keys}
              className="size-5 accent-action"
              onChange={(event) => {
                setKeys(event.target.checked);
                chooseKeys(event.target.checked);
              }}
            />
            Single keys do things. Press ? anywhere to see which.
          </label>
        </Section>
        <AccountSettings />
      </div>
    </>
  );
}
