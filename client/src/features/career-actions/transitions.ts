import type { CareerActionStatus } from "@/gql/graphql";

export type TransitionName =
  | "saveAction"
  | "unsaveAction"
  | "startAction"
  | "cancelAction"
  | "completeAction"
  | "dismissAction";

export interface Transition {
  readonly from: readonly CareerActionStatus[];
  readonly to: CareerActionStatus;
  readonly key: string;
  readonly inverse?: TransitionName;
  /** The API cannot take it back: it waits behind Undo. */
  readonly final?: true;
}

/** What the API allows, as docs/api.md has it. */
export const TRANSITIONS: Readonly<Record<TransitionName, Transition>> = {
  startAction: { from: ["SUGGESTED", "SAVED"], to: "IN_PROGRESS", key: "x", inverse: "cancelAction" },
  completeAction: { from: ["IN_PROGRESS"], to: "DONE", key: "e", final: true },
  saveAction: { from: ["SUGGESTED"], to: "SAVED", key: "s", inverse: "unsaveAction" },
  unsaveAction: { from: ["SAVED"], to: "SUGGESTED", key: "s", inverse: "saveAction" },
  cancelAction: { from: ["IN_PROGRESS"], to: "SUGGESTED", key: "x" },
  dismissAction: { from: ["SUGGESTED", "SAVED"], to: "DISMISSED", key: "d", final: true },
};

export function allowed(status: CareerActionStatus): readonly TransitionName[] {
  const names = Object.keys(TRANSITIONS) as TransitionName[];
  return names.filter((name) => TRANSITIONS[name].from.includes(status));
}

export function byKey(status: CareerActionStatus, key: string): TransitionName | undefined {
  return allowed(status).find((name) => TRANSITIONS[name].key === key);
}
