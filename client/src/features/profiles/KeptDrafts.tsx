import { useRouterState } from "@tanstack/react-router";
import { useEffect, useState, type JSX } from "react";
import { useRows, useSync } from "@/sync/hooks";
import type { Profile } from "@/sync/lists";
import { SECTIONS, type Section } from "./sections";
import { draftKey, useSection } from "./useSection";

function Kept({ section, profile }: { section: Section; profile: Profile }): null {
  const editing = useSection(section, profile);
  useEffect(() => {
    editing.left();
  });
  return null;
}

/** Saves what was typed without a connection, also when the page of the profile is not open any more. */
export default function KeptDrafts(): JSX.Element | null {
  const { cache } = useSync();
  const profile = useRows("profiles")[0];
  const away = useRouterState({ select: (state) => state.location.pathname !== "/profile" });
  const [kept, setKept] = useState<readonly Section[]>([]);
  useEffect(() => {
    let over = false;
    const held = SECTIONS.map(async (section) => ((await cache.draft(draftKey(section))) ? [section] : []));
    void Promise.all(held).then((found) => {
      if (!over && away) setKept(found.flat());
    });
    return () => {
      over = true;
      setKept([]);
    };
  }, [cache, away]);
  if (!away || profile === undefined) return null;
  return (
    <>
      {kept.map((section) => (
        <Kept key={section.name} section={section} profile={profile} />
      ))}
    </>
  );
}
