import type { Fetcher, FetcherParams } from "@graphiql/toolkit";
import { getOperationAST, parse } from "graphql";
import { createClient, type ExecutionResult } from "graphql-ws";

type Headers = Record<string, string>;

/** Queries and mutations go over HTTP, subscriptions over a websocket of their own, with the same token. */
export function createFetcher(url: URL): Fetcher {
  return (params, options) => {
    const headers: Headers = options?.headers ?? {};
    return isSubscription(params) ? subscribe(url, params, headers) : post(url, params, headers);
  };
}

function isSubscription({ query, operationName }: FetcherParams): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === "subscription";
  } catch {
    return false; // The server says what is wrong with the document.
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
  const { query, variables, operationName } = params;
  const payload = { query, variables, operationName: operationName ?? null };
  const results = client.iterate(payload) as AsyncIterator<ExecutionResult>;
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
