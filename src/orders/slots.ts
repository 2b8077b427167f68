// Numbered slots of a form, and the names of what is typed into them. Pure.
import Type from "typebox";

/** How many of one kind a plan may hold. */
export const SLOTS = 20;

/** The number of a slot in a field's name, as in `place.1`. */
export const Slot = Type.String({ pattern: "^(?:[1-9]|1[0-9]|20)$" });

/** 1 to SLOTS. */
export function slots(): number[] {
  return Array.from({ length: SLOTS }, (_, i) => i + 1);
}

/** A name that is not used yet, which then is; there are as many names as slots, so that one is always free. */
export function freeId(letter: "d" | "m", used: Set<string>): string {
  const id = slots()
    .map((number) => `${letter}${number}`)
    .find((one) => !used.has(one))!;
  used.add(id);
  return id;
}
