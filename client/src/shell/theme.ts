export type Theme = "light" | "dark" | "system";

const KEY = "foothold.theme";

export function theme(): Theme {
  const held = localStorage.getItem(KEY);
  return held === "light" || held === "dark" ? held : "system";
}

export const isDark = (): boolean =>
  theme() === "dark" || (theme() === "system" && matchMedia("(prefers-color-scheme: dark)").matches);

function show(name: Theme): void {
  if (name === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = name;
}

export function setTheme(name: Theme): void {
  if (name === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, name);
  show(name);
}

/** Follows the other tabs of this browser. */
export const followTheme = (): void =>
  addEventListener("storage", (event) => {
    if (event.key === KEY) show(theme());
  });
