// Types of the DOM do not have them yet.
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: () => string },
  ): { createScriptURL(text: string): unknown };
}
declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypes;
  }
}

const ADDRESS = "/sw.js";
let renewed = false;

/** Tells whether the device has a newer build than the one that is shown. */
export const isRenewed = (): boolean => renewed;

/** Lets the device keep the pages, so that they open without the server. Returns how to ask for a newer build. */
export function keepOnDevice(): () => void {
  const { serviceWorker } = navigator;
  // There is none in a page without https, and none is wanted while the client is developed.
  if (!import.meta.env.PROD || serviceWorker === undefined) return () => undefined;
  let controlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    renewed = controlled;
    controlled = true;
  });
  const policy = window.trustedTypes?.createPolicy("foothold-worker", { createScriptURL: () => ADDRESS });
  const address = (policy?.createScriptURL(ADDRESS) ?? ADDRESS) as string;
  let registration: ServiceWorkerRegistration | undefined;
  const register = (): void =>
    void serviceWorker.register(address).then(
      (made) => (registration = made),
      () => undefined, // the device refuses, or the server went away
    );
  // What is shown comes first.
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
  return () => void registration?.update().catch(() => undefined);
}
