import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState, type JSX } from "react";
import { createRoot } from "react-dom/client";
import { APPLICATION_OPERATIONS } from "./features/applications/later";
import { CAREER_ACTION_OPERATIONS } from "./features/career-actions/operations";
import { LEARNING_OPERATIONS } from "./features/learnings/operations";
import { router } from "./router";
import { followTheme } from "./shell/theme";
import { keepOnDevice } from "./shell/worker";
import "./styles/app.css";
import { SessionContext, SyncContext, usePerson } from "./sync/hooks";
import { SOURCES } from "./sync/lists";
import { sender } from "./sync/sending";
import { Session, type Person } from "./sync/session";
import { forgetAllBut, Sync } from "./sync/sync";

const FirstVisit = lazy(() => import("./features/accounts/FirstVisit"));
const send = sender({ ...CAREER_ACTION_OPERATIONS, ...LEARNING_OPERATIONS, ...APPLICATION_OPERATIONS });
const session = new Session(localStorage, forgetAllBut);
followTheme();
const askForNewerBuild = keepOnDevice();

function SignedIn({ person }: { person: Person }): JSX.Element | null {
  const [sync, setSync] = useState<Sync | null>(null);
  useEffect(() => {
    const made = new Sync({ person, sources: SOURCES, send });
    // A server that was away may have come back as another version.
    made.connection.subscribe(() => made.connection.getSnapshot().kind === "live" && askForNewerBuild());
    setSync(made);
    return () => made.close();
  }, [person]);
  if (sync === null) return null;
  return (
    <SyncContext value={sync}>
      <RouterProvider router={router} />
    </SyncContext>
  );
}

function App(): JSX.Element | null {
  const person = usePerson();
  if (person !== null) return <SignedIn key={person.token} person={person} />;
  return (
    <Suspense>
      <FirstVisit />
    </Suspense>
  );
}

const element = document.getElementById("root");
if (element === null) throw new Error("No root");
createRoot(element).render(
  <SessionContext value={session}>
    <App />
  </SessionContext>,
);
