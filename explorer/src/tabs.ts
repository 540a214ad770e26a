import type { Example } from "./examples";

const SEEN = "foothold:examples";
const TABS = "graphiql:tabState";

/**
 * What the editors show at first: the tab that a person left, else the first example.
 *
 * GraphiQL keeps the tabs, but it forgets what is in the active one unless that was edited. Once the examples
 * or the demo's person changed, tabs kept from before would mislead, so they go.
 */
export function firstTab(examples: Example[]): Example {
  const present = JSON.stringify(examples);
  if (localStorage.getItem(SEEN) !== present) {
    for (const key of [TABS, "graphiql:query", "graphiql:variables"]) {
      localStorage.removeItem(key);
    }
    localStorage.setItem(SEEN, present);
  }
  return keptTab() ?? examples[0] ?? { query: "", variables: "" };
}

function keptTab(): Example | null {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem(TABS) ?? "{}");
    const { query, variables } = tabs[activeTabIndex];
    return { query: String(query ?? ""), variables: String(variables ?? "") };
  } catch {
    return null;
  }
}
