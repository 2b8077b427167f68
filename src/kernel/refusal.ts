// The second kind of no: what a person or a peer asked cannot be done, and here is why, as a value.
// (A bug is a failed assert; a failure of the world outside is the state of a row.)

/** A kebab-case code and the facts its sentence needs. `web/refusals.ts` turns it into a status and words. */
export type Refusal<Code extends string = string> = { readonly refused: Code; readonly [fact: string]: unknown };

/** Tells a refusal from a result. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && typeof (value as { refused?: unknown }).refused === "string";
}
