import {
  QueryClient,
  useInfiniteQuery,
  useQuery,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
} from "@tanstack/react-query";
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

interface Page<Row> {
  readonly rows: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** A connection, page after page. */
export function usePages<Row>(
  key: readonly unknown[],
  ask: (ask: AskNow, after: string | null) => Promise<Page<Row>>,
): UseInfiniteQueryResult<InfiniteData<Page<Row>>, Error> {
  const asNow = useAsk();
  const person = usePerson()?.viewerId;
  return useInfiniteQuery<Page<Row>, Error, InfiniteData<Page<Row>>, readonly unknown[], string | null>(
    {
      queryKey: [person, ...key],
      queryFn: ({ pageParam }) => ask(asNow, pageParam),
      initialPageParam: null,
      getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
      placeholderData: (before) => before,
    },
    queries,
  );
}
