import type { Example } from "./examples";

const SEEN = "foothold:examples";

/** GraphiQL keeps a person's tabs; after the examples or the demo's person changed they would mislead. */
export function forgetOldTabs(tabs: Example[]): void {
  const present = JSON.stringify(tabs);
  if (localStorage.getItem(SEEN) !== present) {
    for (const key of ["tabState", "query", "variables"]) {
      localStorage.removeItem(`graphiql:${key}`);
    }
    localStorage.setItem(SEEN, present);
  }
}
