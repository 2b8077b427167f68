// Which rules an activity meets at the gate: strict for orders and pacts, lenient for everything else. PROTOCOL section 13.
import { readId, readMember, readTypes } from "./activityShape.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

export type Profile = "strict" | "lenient";

// Of these the order channel is made: PROTOCOL 6.1 and 7.
const ORDER_VERBS = new Set([
  "Offer",
  "Accept",
  "TentativeAccept",
  "Reject",
  "TentativeReject",
  "Undo",
  "Update",
  "Create",
]);
const ORDER_THINGS = new Set(["Agreement", "Commitment", "Relationship", "Document"]);
// Answers that exist nowhere else, and members that only order messages carry.
const ORDER_ANSWERS = new Set(["TentativeAccept", "TentativeReject"]);
const ORDER_MEMBERS = ["objectDigest", "answerBy", "reasonCode", "keys"];

/**
 * Type and object type pick the profile. An activity with a verb of the order channel is strict when
 * - its object or result is an Agreement, Commitment, Relationship or Document, in any spelling of the type, at any depth
 *   of activities inside each other (`Undo{Offer{Relationship}}`), alone or in an array;
 * - it carries a member only order messages have (`objectDigest`, `answerBy`, `reasonCode`; `keys`, the rotation notice);
 * - it is a TentativeAccept or TentativeReject, or embeds an Offer or one of these;
 * - its object is only an IRI and `isOrderObject` knows that IRI as an order message, agreement, pact or delivery note.
 * An IRI nobody knows here is lenient: it answers nothing of ours, and lenient activities never reach an order slice.
 */
export function pickProfile(activity: JsonObject, isOrderObject: (iri: string) => boolean): Profile {
  const types = readTypes(activity);
  if (!types.some((type) => ORDER_VERBS.has(type))) return "lenient";
  const isOrder =
    types.some((type) => ORDER_ANSWERS.has(type)) ||
    ORDER_MEMBERS.some((member) => readMember(activity, member) !== undefined) ||
    touchesOrder(readMember(activity, "object"), isOrderObject) ||
    touchesOrder(readMember(activity, "result"), isOrderObject);
  return isOrder ? "strict" : "lenient";
}

function touchesOrder(value: Json | undefined, isOrderObject: (iri: string) => boolean): boolean {
  if (value === undefined) return false;
  const iri = readId(value);
  if (iri !== null && isOrderObject(iri)) return true;
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject).some((object) => {
    const types = readTypes(object);
    if (types.some((type) => ORDER_THINGS.has(type) || ORDER_ANSWERS.has(type) || type === "Offer")) return true;
    // Only a lone object is looked up: order messages have one, and a list would buy a stranger many look-ups.
    const lookUp = Array.isArray(value) && value.length > 1 ? () => false : isOrderObject;
    return types.some((type) => ORDER_VERBS.has(type)) && touchesOrder(readMember(object, "object"), lookUp);
  });
}
