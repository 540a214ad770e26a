import type { AnyRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { PLACES } from "./navigation";
import { isTyping } from "./Undo";

const OFF = "foothold.keys";

export const keysAreOn = (): boolean => localStorage.getItem(OFF) !== "off";
export const setKeys = (on: boolean): void => {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "off");
};

function move(step: 1 | -1): void {
  const items = [...document.querySelectorAll<HTMLElement>("[data-item]")];
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = at < 0 ? items[0] : items[Math.min(Math.max(at + step, 0), items.length - 1)];
  next?.focus();
}

export function useShortcuts(router: AnyRouter, openHelp: () => void): void {
  const before = useRef("");
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!keysAreOn() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]") !== null) return;
      const place = before.current === "g" && PLACES.find(({ key }) => key === event.key);
      before.current = event.key;
      if (place) void router.navigate({ to: place.to });
      else if (event.key === "?") openHelp();
      else if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
      else if (event.key === "r") document.querySelector<HTMLElement>("#refresh")?.click();
      else if (
        event.key === "Enter" &&
        event.target instanceof HTMLElement &&
        "item" in event.target.dataset
      ) {
        event.target.querySelector<HTMLElement>("summary, a[href]")?.click();
      } else if (event.key === "[" || event.key === "]") {
        const steps = [...document.querySelectorAll<HTMLElement>("[data-steps] > button")];
        const at = steps.findIndex((step) => step.getAttribute("aria-pressed") === "true");
        steps[at + (event.key === "[" ? -1 : 1)]?.click();
      } else if (event.key === "/") {
        const search = document.querySelector<HTMLElement>("input[type=search]");
        if (search === null) return;
        event.preventDefault();
        search.focus();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [router, openHelp]);
}
