import type { ButtonHTMLAttributes, JSX } from "react";

type Look = "primary" | "plain" | "quiet" | "danger";

const LOOKS: Readonly<Record<Look, string>> = {
  primary: "bg-action text-on-action hover:brightness-110 border-transparent",
  plain: "bg-card text-ink border-edge hover:bg-sunken",
  quiet: "bg-transparent text-ink border-transparent hover:bg-sunken",
  danger: "bg-card text-danger border-danger hover:bg-danger-soft",
};

const BASE =
  "inline-flex items-center justify-center gap-1.5 rounded-lg border px-3 py-1.5 text-sm font-medium " +
  "min-h-9 pointer-coarse:min-h-11 disabled:opacity-55 transition-colors whitespace-nowrap";

export const buttonClass = (look: Look = "plain"): string => `${BASE} ${LOOKS[look]}`;

export function Button({
  look = "plain",
  className = "",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look }): JSX.Element {
  return <button type="button" {...rest} className={`${buttonClass(look)} ${className}`} />;
}
