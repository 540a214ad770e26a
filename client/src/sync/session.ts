/** Who is signed in on this device. The token stays in this browser. */
export interface Person {
  readonly token: string;
  /** Id of the `viewer`. */
  readonly viewerId: string;
  readonly profileId: string | null;
  readonly name: string | null;
}

const KEY = "foothold.person";

const isPerson = (value: unknown): value is Person =>
  typeof value === "object" &&
  value !== null &&
  "token" in value &&
  typeof value.token === "string" &&
  "viewerId" in value &&
  typeof value.viewerId === "string";

/** The signed-in person, the same in every tab of this browser. */
export class Session {
  #person: Person | null = null;
  #listeners = new Set<() => void>();

  constructor(
    private readonly storage: Storage,
    /** Deletes what everybody but one left on the device. */
    private readonly forgetAllBut: (viewerId: string | null) => Promise<void>,
  ) {
    this.#read();
    addEventListener("storage", (event) => {
      if (event.key === KEY || event.key === null) {
        this.#read();
        this.#tell();
      }
    });
  }

  getSnapshot = (): Person | null => this.#person;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  signIn(person: Person): void {
    void this.forgetAllBut(person.viewerId);
    this.#person = person;
    this.storage.setItem(KEY, JSON.stringify(person));
    this.#tell();
  }

  /** `keep`: what the person left on the device waits for the next sign-in. */
  signOut(keep = false): void {
    this.#person = null;
    if (!keep) void this.forgetAllBut(null);
    this.storage.removeItem(KEY);
    this.#tell();
  }

  #read(): void {
    try {
      const value: unknown = JSON.parse(this.storage.getItem(KEY) ?? "null");
      this.#person = isPerson(value) ? value : null;
    } catch {
      this.#person = null;
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
