/** What the server writes into the page. Both are null unless it is a demo. */
export interface Config {
  token: string | null;
  profileId: string | null;
}

export function readConfig(): Config {
  const found: unknown = JSON.parse(document.getElementById("foothold-config")?.textContent ?? "{}");
  const { token, profileId } = found as Record<string, unknown>;
  return {
    token: typeof token === "string" ? token : null,
    profileId: typeof profileId === "string" ? profileId : null,
  };
}
