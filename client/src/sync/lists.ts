import { ChangesDocument, type ChangesSubscription, type ListKind } from "@/gql/graphql";
import { source, type Failed, type Source } from "./feed";
import type { ChangeSet, Row } from "./rows";

type ChangesEvent = ChangesSubscription["changes"];
type ProfileChange = Extract<ChangesEvent, { upserts: unknown }>;
type Entity = ProfileChange["upserts"][number];
type Of<Name extends Entity["__typename"]> = Omit<Extract<Entity, { __typename: Name }>, "__typename">;

// The document has aliases where two types have fields of one name and other types.
type AliasedLearning = Of<"Learning">;
type AliasedMessage = Of<"Message">;

export type CareerAction = Of<"CareerAction">;
export type Match = Of<"Match">;
export type Application = Of<"Application">;
export type Profile = Of<"Profile">;
type Budget = Of<"TokenBudget">;
export type RefreshRun = Of<"RefreshRun">;
export type Learning = Omit<AliasedLearning, "learningKind" | "learningStatus"> & {
  readonly kind: AliasedLearning["learningKind"];
  readonly status: AliasedLearning["learningStatus"];
};
export type Message = Omit<AliasedMessage, "messageStatus" | "messageModelVersion"> & {
  readonly status: AliasedMessage["messageStatus"];
  readonly modelVersion: AliasedMessage["messageModelVersion"];
};

/** The live lists and what is in them. */
export interface Lists {
  profiles: Profile;
  budgets: Budget;
  matches: Match;
  careerActions: CareerAction;
  refreshRuns: RefreshRun;
  /** Of the general conversation and of those about actions. */
  messages: Message;
  learnings: Learning;
  applications: Application;
}

const NAMES: Readonly<Record<ListKind, keyof Lists>> = {
  PROFILE: "profiles",
  BUDGET: "budgets",
  MATCHES: "matches",
  CAREER_ACTIONS: "careerActions",
  REFRESH_RUNS: "refreshRuns",
  MESSAGES: "messages",
  COMPLETION_MESSAGES: "messages",
  LEARNINGS: "learnings",
  APPLICATIONS: "applications",
};

const LIST_OF: Readonly<Record<Entity["__typename"], keyof Lists>> = {
  Profile: "profiles",
  TokenBudget: "budgets",
  Match: "matches",
  CareerAction: "careerActions",
  RefreshRun: "refreshRuns",
  Message: "messages",
  Learning: "learnings",
  Application: "applications",
};

function rowOf(entity: Entity): Row {
  if (entity.__typename === "Learning") {
    const { __typename, learningKind: kind, learningStatus: status, ...row } = entity;
    return { ...row, kind, status } as Row;
  }
  if (entity.__typename === "Message") {
    const { __typename, messageStatus: status, messageModelVersion: modelVersion, ...row } = entity;
    return { ...row, status, modelVersion } as Row;
  }
  const { __typename, ...row } = entity;
  return row;
}

function changeSet(event: ChangesEvent): ChangeSet | Failed {
  if ("code" in event) return event;
  const { reason, cursor, mutationIds, resyncReason } = event;
  const parts: Record<string, { upserts: Row[]; removed: string[] }> = {};
  for (const list of Object.values(NAMES)) parts[list] = { upserts: [], removed: [] };
  for (const entity of event.upserts) parts[LIST_OF[entity.__typename]]?.upserts.push(rowOf(entity));
  for (const { list, id } of event.removed) parts[NAMES[list]]?.removed.push(id);
  const diverged = resyncReason === "OTHER_EPOCH" || resyncReason === "FUTURE_CURSOR";
  return { reason, cursor, mutationIds, diverged, parts };
}

export const SOURCES: readonly Source[] = [
  source([...new Set(Object.values(NAMES))], ChangesDocument, ({ changes }) => changeSet(changes)),
];
