const padded = (part: number): string => String(part).padStart(2, "0");

/** Today by the person's own calendar, as inputs and the API write days. */
export const today = (now = new Date()): string =>
  [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(padded).join("-");

/** Noon of a day here, so that it is the same day in every time zone that has it. */
export const noonOf = (day: string): string => `${day}T12:00:00`;
