import { ViewerDocument } from "@/gql/graphql";
import { request } from "@/sync/api";
import type { Person } from "@/sync/session";

/** Someone of the demo, ready to sign in as. */
export interface SamplePerson {
  readonly name: string;
  readonly headline: string;
  readonly token: string;
}

/** The demo's people. The API gives them to nobody but a browser on its own machine. */
export async function samplePeople(): Promise<readonly SamplePerson[]> {
  try {
    const response = await fetch("/client.json", {
      headers: { accept: "application/json" },
      cache: "no-store",
    });
    if (!response.ok) return [];
    const { people } = (await response.json()) as { people: readonly SamplePerson[] };
    return people;
  } catch {
    return [];
  }
}

/** Finds out whose token it is. Raises `ApiError`. */
export async function personOf(token: string): Promise<Person> {
  const { viewer } = await request(ViewerDocument, {}, token);
  return {
    token,
    viewerId: viewer.id,
    profileId: viewer.profile?.id ?? null,
    name: viewer.profile?.name ?? null,
  };
}
