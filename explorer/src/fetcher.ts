import type { Fetcher, FetcherParams } from "@graphiql/toolkit";
import { type OperationDefinitionNode, getOperationAST, parse } from "graphql";
import { createClient, type ExecutionResult } from "graphql-ws";

type Headers = Record<string, string>;

/** Queries and mutations go over HTTP, subscriptions over a websocket of their own, with the same token. */
export function createFetcher(url: URL): Fetcher {
  return (params, options) => {
    const headers: Headers = options?.headers ?? {};
    const operation = operationOf(params);
    const request = { ...params, operationName: operation?.name?.value ?? params.operationName ?? null };
    return operation?.operation === "subscription"
      ? subscribe(url, request, headers)
      : post(url, request, headers);
  };
}

/** The operation to run. GraphiQL's name for it lags behind for a moment after the tab was changed. */
function operationOf({ query, operationName }: FetcherParams): OperationDefinitionNode | null {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName) ?? getOperationAST(document) ?? null;
  } catch {
    return null; // The server says what is wrong with the document.
  }
}

async function post(url: URL, params: FetcherParams, headers: Headers): Promise<ExecutionResult> {
  const response = await fetch(url, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json", ...headers },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  try {
    return JSON.parse(text) as ExecutionResult;
  } catch {
    throw new Error(`The server answered ${response.status}: ${text.slice(0, 200)}`);
  }
}

function subscribe(url: URL, params: FetcherParams, headers: Headers): AsyncIterable<ExecutionResult> {
  const address = new URL(url);
  address.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const name = Object.keys(headers).find((key) => key.toLowerCase() === "authorization");
  const client = createClient({
    url: address.href,
    ...(name && { connectionParams: { authorization: headers[name] } }),
    keepAlive: 10_000,
    retryAttempts: 10,
    shouldRetry: (reason) => reason instanceof CloseEvent && reason.code !== 4403,
  });
  const { query, variables, operationName = null } = params;
  const results = client.iterate({ query, variables, operationName }) as AsyncIterator<ExecutionResult>;
  const iterator: AsyncIterator<ExecutionResult> = {
    next: () => results.next().catch(explain),
    return: () => results.return!(),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

function explain(reason: unknown): never {
  throw reason instanceof CloseEvent
    ? new Error(`The connection was closed: ${reason.code} ${reason.reason}`.trim())
    : reason;
}
