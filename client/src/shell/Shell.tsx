import { Link, useRouter, useRouterState } from "@tanstack/react-router";
import { Moon, Settings, Sun } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState, type JSX, type ReactNode } from "react";
import { useConnection, usePerson, useSession } from "@/sync/hooks";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/parts";
import { ConnectionStatus, OutboxCount } from "./ConnectionStatus";
import { PLACES } from "./navigation";
import { useShortcuts } from "./Shortcuts";
import { isDark, setTheme } from "./theme";
import { Undo, type HeldWords } from "./Undo";

const ShortcutHelp = lazy(() => import("./ShortcutHelp"));

function ThemeButton(): JSX.Element {
  const [dark, setDark] = useState(isDark);
  const Icon = dark ? Sun : Moon;
  return (
    <Button
      look="quiet"
      aria-label={dark ? "Light colours" : "Dark colours"}
      onClick={() => {
        setTheme(dark ? "light" : "dark");
        setDark(!dark);
      }}
    >
      <Icon size={18} aria-hidden />
    </Button>
  );
}

/** Goes to the title when another page is shown, as a browser does after a navigation. */
function useFocusOnNavigation(): void {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const first = useRef(true);
  useEffect(() => {
    if (path === undefined) return;
    if (first.current) {
      first.current = false;
      return;
    }
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [path]);
}

export function Shell(props: { heldWords: HeldWords; children: ReactNode }): JSX.Element {
  const person = usePerson();
  const session = useSession();
  const signedOut = useConnection().kind === "signed-out";
  const router = useRouter();
  const [help, setHelp] = useState(false);
  useShortcuts(router, () => setHelp(true));
  useFocusOnNavigation();
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[15rem_minmax(0,1fr)] print:block!">
      <a
        href="#main"
        className="sr-only z-30 rounded-lg bg-card px-4 py-2 focus:not-sr-only focus:fixed focus:left-2 focus:top-2"
      >
        Skip to content
      </a>
      <nav
        aria-label="Main"
        className="sticky top-0 flex h-dvh flex-col gap-1 border-r border-line bg-card p-3 max-md:hidden print:hidden"
      >
        <Link to="/" className="mb-4 flex items-center gap-2 px-2 py-1 text-lg font-semibold">
          <img src="/icon.svg" alt="" width={28} height={28} /> Foothold
        </Link>
        {PLACES.map((place) => (
          <Link
            key={place.to}
            to={place.to}
            activeOptions={{ exact: place.to === "/" }}
            className="flex min-h-10 items-center gap-3 rounded-lg px-3 text-sm text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-action-soft aria-[current=page]:font-medium aria-[current=page]:text-action"
          >
            <place.icon size={18} aria-hidden /> {place.name}
          </Link>
        ))}
      </nav>
      <div className="flex min-w-0 flex-col">
        <header className="sticky top-0 z-10 flex min-h-14 [@media(max-height:24rem)]:static items-center gap-3 border-b border-line bg-paper/95 px-4 backdrop-blur print:hidden">
          <Link to="/" aria-label="Foothold" className="md:hidden">
            <img src="/icon.svg" alt="" width={28} height={28} />
          </Link>
          <ConnectionStatus />
          <OutboxCount />
          <div className="ml-auto flex min-w-0 items-center gap-1">
            <span className="truncate text-sm text-muted max-sm:hidden">{person?.name}</span>
            <ThemeButton />
            <Link
              to="/settings"
              aria-label="Settings"
              className="grid size-9 place-items-center rounded-lg hover:bg-sunken pointer-coarse:size-11 md:hidden"
            >
              <Settings size={18} aria-hidden />
            </Link>
          </div>
        </header>
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-6xl flex-1 px-4 py-6 pb-28 md:px-8 md:pb-12"
        >
          {signedOut && (
            <div className="mb-6">
              <Notice
                tone="danger"
                side={<Button onClick={() => session.signOut(true)}>Sign in again</Button>}
              >
                Your sign-in has ended. What you wrote, and what was not sent yet, is kept on this device.
              </Notice>
            </div>
          )}
          {props.children}
        </main>
      </div>
      <nav
        aria-label="Main"
        className="fixed inset-x-0 bottom-0 z-10 grid [@media(max-height:24rem)]:static grid-cols-6 border-t border-line bg-card pb-[env(safe-area-inset-bottom)] md:hidden print:hidden"
      >
        {PLACES.filter((place) => place.main).map((place) => (
          <Link
            key={place.to}
            to={place.to}
            activeOptions={{ exact: place.to === "/" }}
            className="grid min-h-14 min-w-0 place-content-center justify-items-center gap-0.5 text-[0.6875rem] text-muted aria-[current=page]:font-medium aria-[current=page]:text-action"
          >
            <place.icon size={20} aria-hidden />
            <span className="max-w-full truncate">{place.short ?? place.name}</span>
          </Link>
        ))}
      </nav>
      <Undo words={props.heldWords} />
      {help && (
        <Suspense>
          <ShortcutHelp onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </div>
  );
}
