import type { Operation } from "@/sync/sending";

const NAMES = [
  "trackOpportunity",
  "markApplied",
  "recordProgress",
  "closeApplication",
  "reopenApplication",
  "takeApplicationStepBack",
  "removeApplication",
] as const;
export type OperationName = (typeof NAMES)[number];

/** How applications are changed, loaded with the first change: most visits make none. */
export const APPLICATION_OPERATIONS: Readonly<Record<string, Operation>> = Object.fromEntries(
  NAMES.map((name): [string, Operation] => [
    name,
    (pending, ask) => import("./operations").then(({ OPERATIONS }) => OPERATIONS[name](pending, ask)),
  ]),
);
