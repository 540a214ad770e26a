/** Saves data as a JSON file, as a download does. */
export const saveAsFile = (name: string, data: unknown): void =>
  saveTextAsFile(name, JSON.stringify(data, null, 2), "application/json");

export function saveTextAsFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
