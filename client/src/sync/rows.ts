/** An object of a live list. Of two states of it, the one with the higher version is kept. */
export interface Row {
  readonly id: string;
  readonly version: number;
}

export type Rows = ReadonlyMap<string, Row>;

/** The changes of one list in a change set. */
export interface Part {
  readonly upserts: readonly Row[];
  readonly removed: readonly string[];
}

/** One emission of the API. `INITIAL` and `RESYNC` hold everything, `CHANGE` and `RESUME` what changed. */
export interface ChangeSet {
  readonly reason: "INITIAL" | "CHANGE" | "RESUME" | "RESYNC";
  /** Null where the subscription cannot be resumed: it begins with all that matters. */
  readonly cursor: string | null;
  readonly mutationIds: readonly string[];
  /** The API's history is no longer the one held, as after a restore: versions may have gone back. */
  readonly diverged?: boolean;
  readonly parts: Readonly<Record<string, Part>>;
}

export const isWhole = (change: ChangeSet): boolean =>
  change.reason === "INITIAL" || change.reason === "RESYNC";

/** Compares JSON values. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => same(a[key as keyof typeof a], b[key as keyof typeof b]));
}

/** Returns the held object where nothing changed, so that nothing that shows it renders. */
const kept = (held: Row | undefined, row: Row): Row => (held && same(held, row) ? held : row);

/** Applies a part to rows. Rows that an answer brought further than the part stay as they are. */
export function applyPart(rows: Rows, part: Part, whole: boolean, ahead: ReadonlyMap<string, unknown>): Rows {
  const next = new Map(whole ? [] : rows);
  for (const row of part.upserts) {
    const held = rows.get(row.id);
    const behind = held !== undefined && row.version < held.version;
    next.set(row.id, behind && (!whole || ahead.has(row.id)) ? held : kept(held, row));
  }
  for (const id of part.removed) next.delete(id);
  return next;
}

/** Merges fields that an answer brought into a held row; the same rows if they bring nothing newer. */
export function mergeAnswer(rows: Rows, fields: Row): Rows {
  const held = rows.get(fields.id);
  if (held === undefined || fields.version <= held.version) return rows;
  return new Map(rows).set(fields.id, { ...held, ...fields });
}
