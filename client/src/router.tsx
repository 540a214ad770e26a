import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
  Outlet,
} from "@tanstack/react-router";
import type { MatchTier, OpportunityKind, Remote } from "./gql/graphql";
import { heldWords } from "./features/career-actions/messages";
import Home from "./routes/home";
import { lazy, Suspense, useEffect, useState, type JSX } from "react";
import { useIsEmpty } from "./sync/hooks";
import { Shell } from "./shell/Shell";
import { isRenewed } from "./shell/worker";
import { Empty, PageTitle } from "./ui/parts";

const TIERS: readonly MatchTier[] = ["STRONG", "PROMISING", "EXPLORATORY"];

const KeptDrafts = lazy(() => import("./features/profiles/KeptDrafts"));

/** Drafts of the profile are looked for once it is there: rows come first. */
function Later(): JSX.Element | null {
  const empty = useIsEmpty("profiles");
  const [later, setLater] = useState(false);
  useEffect(() => {
    if (empty) return undefined;
    const timer = setTimeout(() => setLater(true), 0);
    return () => clearTimeout(timer);
  }, [empty]);
  return !later ? null : (
    <Suspense>
      <KeptDrafts />
    </Suspense>
  );
}

const root = createRootRoute({
  component: () => (
    <Shell
      heldWords={({ operation, variables }) =>
        typeof variables["undo"] === "string"
          ? variables["undo"]
          : heldWords(operation, String(variables["title"]))
      }
    >
      <Outlet />
      <Later />
    </Shell>
  ),
  notFoundComponent: () => (
    <>
      <PageTitle>There is nothing here</PageTitle>
      <Empty title="This address leads nowhere">
        <Link to="/" className="font-medium text-action underline">
          Go home
        </Link>
      </Empty>
    </>
  ),
});

const KINDS: readonly OpportunityKind[] = ["JOB", "FELLOWSHIP", "TRAINING", "VOLUNTEER", "GRANT"];
const REMOTE: readonly Remote[] = ["FULL", "HYBRID", "NONE"];

interface OpportunitySearch {
  search?: string;
  kind?: OpportunityKind;
  remote?: Remote;
}

function opportunitySearch({ search, kind, remote }: Record<string, unknown>): OpportunitySearch {
  const [knownKind, knownRemote] = [
    KINDS.find((name) => name === kind),
    REMOTE.find((name) => name === remote),
  ];
  return {
    ...(typeof search === "string" && search !== "" ? { search: search.slice(0, 200) } : {}),
    ...(knownKind === undefined ? {} : { kind: knownKind }),
    ...(knownRemote === undefined ? {} : { remote: knownRemote }),
  };
}

const at = <Path extends string>(path: Path, title: string) =>
  ({ getParentRoute: () => root, path, head: () => ({ meta: [{ title }] }) }) as const;

const routes = [
  createRoute({ ...at("/", "Home"), component: Home }),
  createRoute({
    ...at("/actions/$id", "Action"),
    component: lazyRouteComponent(() => import("./routes/action")),
  }),
  createRoute({ ...at("/coach", "Coach"), component: lazyRouteComponent(() => import("./routes/coach")) }),
  createRoute({
    ...at("/matches", "Matches"),
    component: lazyRouteComponent(() => import("./routes/matches")),
    validateSearch: ({ tier }): { tier?: MatchTier } => {
      const known = TIERS.find((name) => name === tier);
      return known === undefined ? {} : { tier: known };
    },
  }),
  createRoute({
    ...at("/opportunities", "Opportunities"),
    component: lazyRouteComponent(() => import("./routes/opportunities")),
    validateSearch: opportunitySearch,
  }),
  createRoute({
    ...at("/applications", "Applications"),
    component: lazyRouteComponent(() => import("./routes/applications")),
    validateSearch: ({ view }): { view?: "table" } => (view === "table" ? { view } : {}),
  }),
  createRoute({
    ...at("/profile", "Profile"),
    component: lazyRouteComponent(() => import("./routes/profile")),
  }),
  createRoute({
    ...at("/settings", "Settings"),
    component: lazyRouteComponent(() => import("./routes/settings")),
  }),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: "intent",
  scrollRestoration: true,
});

// A newer build is shown when another page is gone to: then nothing is lost, and no page has parts of two.
router.subscribe("onBeforeNavigate", ({ toLocation, pathChanged }) => {
  if (pathChanged && isRenewed()) location.assign(toLocation.href);
});

router.subscribe("onResolved", () => {
  const title = router.state.matches.at(-1)?.meta?.find((meta) => meta && "title" in meta)?.title;
  document.title = title === undefined ? "Foothold" : `${title} · Foothold`;
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
