import type { TypedDocumentString } from "@/gql/graphql";

export type Document<Result, Variables> = TypedDocumentString<Result, Variables>;

export const ENDPOINT = "/graphql";

/** The hash that stands for the document's text in the bundle. */
export function documentId<Result, Variables>(document: Document<Result, Variables>): string {
  const meta = document.__meta__;
  if (typeof meta?.["hash"] !== "string") throw new Error("The document has no hash");
  return meta["hash"];
}

/** A refusal of the API, or `NETWORK` when there was no answer. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

interface Body<Result> {
  data?: Result | null;
  errors?: readonly { message: string; extensions?: { code?: string; retryAfter?: number } }[];
}

/** Asks once, by POST. Raises `ApiError`. */
export async function request<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  token: string | null,
  options: { keepalive?: boolean; signal?: AbortSignal } = {},
): Promise<Result> {
  let body: Body<Result>;
  try {
    const response = await fetch(ENDPOINT, {
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ documentId: documentId(document), variables }),
      ...options,
    });
    body = (await response.json()) as Body<Result>;
  } catch {
    throw new ApiError("NETWORK", "Foothold cannot be reached.");
  }
  const error = body.errors?.[0];
  if (error !== undefined) {
    const { code = "INTERNAL", retryAfter = null } = error.extensions ?? {};
    throw new ApiError(code, error.message, retryAfter);
  }
  if (body.data === undefined || body.data === null) throw new ApiError("INTERNAL", "The answer was empty.");
  return body.data;
}
