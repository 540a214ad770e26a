/** Web Locks of one browser, which happy-dom does not have. */
export function installLocks(): void {
  const held = new Map<string, Promise<unknown>>();
  const request = async <Result>(name: string, run: () => Promise<Result>): Promise<Result> => {
    const turn = (held.get(name) ?? Promise.resolve()).then(run);
    const ended = turn
      .catch(() => undefined)
      .then(() => {
        if (held.get(name) === ended) held.delete(name);
      });
    held.set(name, ended);
    return turn;
  };
  const query = async () => ({ held: [...held.keys()].map((name) => ({ name })), pending: [] });
  Object.defineProperty(navigator, "locks", { value: { request, query }, configurable: true });
}
