import "fake-indexeddb/auto";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, render } from "@testing-library/react";
import type { JSX } from "react";
import { vi } from "vitest";
import { APPLICATION_OPERATIONS } from "@/features/applications/later";
import { CAREER_ACTION_OPERATIONS } from "@/features/career-actions/operations";
import { LEARNING_OPERATIONS } from "@/features/learnings/operations";
import { SessionContext, SyncContext } from "@/sync/hooks";
import { SOURCES } from "@/sync/lists";
import { sender } from "@/sync/sending";
import { Session, type Person } from "@/sync/session";
import { forgetAllBut, Sync } from "@/sync/sync";
import { installLocks } from "./locks";
import { Wire } from "./wire";

const send = sender({ ...CAREER_ACTION_OPERATIONS, ...LEARNING_OPERATIONS, ...APPLICATION_OPERATIONS });
let people = 0;

export interface World {
  readonly wire: Wire;
  readonly person: Person;
  readonly session: Session;
  /** Shows it to the person in a new tab; the one before is closed. */
  readonly open: (shown: JSX.Element) => Promise<Sync>;
  /** Ends the tab without a chance to tidy up what is on the device. */
  readonly close: () => void;
}

/** A person with a browser: what is signed in, kept and shown is real, the API is a test's. */
export function world(): World {
  const wire = new Wire();
  Wire.install(wire);
  installLocks();
  localStorage.clear();
  const session = new Session(localStorage, forgetAllBut);
  const person = { token: "token", viewerId: `viewer${people++}`, profileId: "profile", name: "Ada Moreno" };
  session.signIn(person);
  let sync: Sync | null = null;
  const close = (): void => {
    cleanup();
    sync?.close();
    sync = null;
  };
  const open = async (shown: JSX.Element): Promise<Sync> => {
    close();
    const made = (sync = new Sync({ person, sources: SOURCES, send }));
    const root = createRootRoute({ component: Outlet });
    const routes = ["/", "/$", "/actions/$id"].map((path) =>
      createRoute({ getParentRoute: () => root, path, component: () => shown }),
    );
    const router = createRouter({ routeTree: root.addChildren(routes), history: createMemoryHistory() });
    render(
      <SessionContext value={session}>
        <SyncContext value={made}>
          <RouterProvider router={router as never} />
        </SyncContext>
      </SessionContext>,
    );
    await vi.waitFor(() => {
      if (made.connection.getSnapshot().kind !== "live" || made.store.isEmpty("profiles"))
        throw new Error("not live yet");
    });
    return made;
  };
  return { wire, person, session, open, close };
}
