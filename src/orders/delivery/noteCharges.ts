// What a group that leads an order charges us beside the goods (our part of its transport, odd cents), as costs of our own order, so that
// our households bear what we owe, to the cent. PROTOCOL 8.1: transport is split among groups, then among members. Pure.
import type { Charge } from "../../partners/threads/agreement.ts";
import type { Modifier } from "../planning/modifiers.ts";

/** Names the costs that a note brought; a newer note replaces them. */
const OF_NOTE = "note-";
const NAME_CHARS_MAX = 200;
const CHARGES_MAX = 10;

/** Those the group decided itself: what one note brought is no part of the next order. */
export function ownModifiers(modifiers: readonly Modifier[]): readonly Modifier[] {
  return modifiers.filter(({ id }) => !id.startsWith(OF_NOTE));
}

/**
 * The modifiers with those of the note in the place of the ones before. They are split as our own transport is, else by value. A note that
 * asks beside the goods for more than `goodsCents`, or for more things than anybody reads, adds nothing by itself: a person looks.
 */
export function withNoteCharges(
  modifiers: readonly Modifier[],
  charges: readonly Charge[],
  goodsCents: number,
): readonly Modifier[] {
  const own = ownModifiers(modifiers);
  const asked = charges.filter(({ cents }) => cents !== 0);
  const sum = asked.reduce((total, { cents }) => total + Math.abs(cents), 0);
  if (sum > goodsCents || asked.length > CHARGES_MAX) return own;
  const splitBy = own.find(({ kind }) => kind === "transport")?.splitBy ?? "value";
  const brought = asked.map(({ name, cents }, at): Modifier => {
    const isBack = cents < 0;
    return {
      ...{ id: `${OF_NOTE}${at + 1}`, name: name.trim().slice(0, NAME_CHARS_MAX) || "…" },
      ...{ kind: isBack ? "discount" : "surcharge", value: { cents: Math.abs(cents) }, splitBy },
      ...{ thresholdOn: null, thresholds: [], isRecomputedOnDelivery: true },
    };
  });
  return [...own, ...brought];
}
