import { ApiError, request, type Document } from "./api";
import { usePerson } from "./hooks";

export type AskNow = <Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
) => Promise<Result>;

/** Asks as the signed-in person. Raises `ApiError`. */
export function useAsk(): AskNow {
  const token = usePerson()?.token ?? null;
  return (document, variables) => request(document, variables, token);
}

/** A sentence for a person about what went wrong. */
export const problemWords = (error: unknown): string =>
  error instanceof ApiError ? error.message : "That did not work. Please try again.";

/** An id of a change made in this tab: its emission is not news here. */
export const newMutationId = (tab: string): string => `${tab}.m${crypto.randomUUID().slice(0, 13)}`;
