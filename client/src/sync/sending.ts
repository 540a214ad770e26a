import { ApiError, request, type Document } from "./api";
import type { Answer } from "./outbox";
import type { Pending } from "./store";

type Ask = <Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
) => Promise<Result>;

/** Asks for one change and reads the answer. Each feature names its own. */
export type Operation = (pending: Pending, ask: Ask) => Promise<Answer>;

/** Errors that every mutation's union may have. */
export interface TypedError {
  readonly __typename: string;
  readonly message: string;
  readonly retryAfter?: number;
}

const WAITING_HELPS = 5;

/** The answer for a typed error: wait, or tell. */
export function refusal(error: TypedError): Answer {
  return error.__typename === "RateLimitedError"
    ? { kind: "later", seconds: error.retryAfter ?? WAITING_HELPS, message: error.message }
    : { kind: "refused", message: error.message };
}

export function sender(operations: Readonly<Record<string, Operation>>) {
  return async (pending: Pending, token: string, leaving: boolean): Promise<Answer> => {
    const operation = operations[pending.operation];
    if (operation === undefined) return { kind: "refused", message: "This version cannot do that any more." };
    try {
      return await operation(pending, (document, variables) =>
        request(document, variables, token, leaving ? { keepalive: true } : {}),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      switch (error.code) {
        case "NETWORK":
        case "INTERNAL":
          return { kind: "lost" };
        case "UNAUTHENTICATED":
          return { kind: "signed-out" };
        case "UNAVAILABLE":
        case "RATE_LIMITED":
          return { kind: "later", seconds: error.retryAfter ?? WAITING_HELPS, message: error.message };
        default:
          return { kind: "refused", message: error.message };
      }
    }
  };
}
