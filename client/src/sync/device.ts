const KEY = "foothold.rows";

/** Tells whether this device may keep copies of rows. It says so itself: the choice outlives who is signed in. */
export const keepsRows = (): boolean => localStorage.getItem(KEY) !== "off";

export function setKeepsRows(keep: boolean): void {
  if (keep) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, "off");
}

/** Hears of the choice as another tab makes it. */
export function onKeepsRows(listener: () => void): () => void {
  const heard = (event: StorageEvent): void => {
    if (event.key === KEY || event.key === null) listener();
  };
  addEventListener("storage", heard);
  return () => removeEventListener("storage", heard);
}
