// Letters to people who have no account here: which there are, and how long one is tried. Pure.

/**
 * "seek": prove the address; "near": a group near takes people in; "founding": how a founding stands; "bud-waiting": a group near who waits;
 * "invitation": a seat that waits; "join-refused": a no to who asked to join; "learn": the way onto a path; "gathering": about a booking;
 * "supplier": a group would like to order from them.
 */
export const LETTER_KINDS = [
  "seek",
  "near",
  "founding",
  "bud-waiting",
  "invitation",
  "join-refused",
  "learn",
  "gathering",
  "supplier",
] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

/** Who asked for a letter waits for it longer than for news: a month of a mail server that is away. */
export const LETTER_PATIENCE_MS = 30 * 86_400_000;
