import { QueryClient, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { ApiError } from "./api";
import { useAsk, type AskNow } from "./ask";
import { usePerson } from "./hooks";

/** For what is not live: asked for again when the tab is looked at, and kept while it comes. Only lazy pages use it. */
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (tries, error) => error instanceof ApiError && error.code === "NETWORK" && tries < 3,
      placeholderData: (before: unknown) => before,
    },
  },
});

export function useAsked<Result>(
  key: readonly unknown[],
  ask: (ask: AskNow) => Promise<Result>,
  enabled = true,
): UseQueryResult<Result, Error> {
  const asNow = useAsk();
  const person = usePerson()?.viewerId;
  return useQuery({ queryKey: [person, ...key], queryFn: () => ask(asNow), enabled }, queries);
}
