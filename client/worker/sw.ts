/** Every file of this build by its path, with the hash of its content; the build writes it before this code. */
declare const FILES: Readonly<Record<string, string>>;
/** The hash of them all. */
declare const BUILD: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const OURS = "foothold-";
const CACHE = OURS + BUILD;
/** Milliseconds that a server may be silent before the device answers. */
const PATIENCE = 1_000;
/** Milliseconds in which a server that was silent is not waited for again. */
const FORGIVEN_AFTER = 10_000;

let silentUntil = 0;

/** Fetches the whole build. With a file of another one it fails, and what was there before stays. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const requests = Object.entries(FILES).map(([path, integrity]) => new Request(path, { integrity }));
  try {
    await cache.addAll(requests);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
  await worker.skipWaiting();
}

/** Takes over. The build before stays for tabs that show it: they load its other pages from here. */
async function activate(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The server's answer; the device's where the server is away, fails or says nothing. */
async function fresh(request: Request, path: string): Promise<Response> {
  const held = await (await caches.open(CACHE)).match(path, { ignoreVary: true });
  if (held === undefined) return fetch(request);
  if (Date.now() < silentUntil) return held;
  const patience = new AbortController();
  const timer = setTimeout(() => {
    silentUntil = Date.now() + FORGIVEN_AFTER;
    patience.abort();
  }, PATIENCE);
  try {
    const answer = await fetch(request, { signal: patience.signal });
    return answer.status < 500 ? answer : held;
  } catch {
    return held;
  } finally {
    clearTimeout(timer);
  }
}

/** A file whose name carries its hash is the same wherever it comes from. */
async function kept(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  // Answers of the API, and whatever holds a token, never pass through here.
  if (request.method !== "GET" || origin !== worker.location.origin || pathname.startsWith("/graphql"))
    return;
  if (request.mode === "navigate") event.respondWith(fresh(request, "/"));
  else if (pathname.startsWith("/assets/")) event.respondWith(kept(request));
  else if (pathname in FILES) event.respondWith(fresh(request, pathname));
});
