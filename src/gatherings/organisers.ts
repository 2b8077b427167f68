// Who prepares gatherings at a desk: the roles that may, whatever kind of actor it is. Pure.
import type { Role } from "../web/visitor.ts";

export const ORGANISERS = ["admin", "referente", "district", "producer"] as const satisfies readonly Role[];

/** Of these, who reads the addresses of who comes: a referente ticks names (SAFETY C54). */
export const ADDRESS_READERS = ["admin", "district", "producer"] as const satisfies readonly Role[];
