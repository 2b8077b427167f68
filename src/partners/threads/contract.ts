// A contract as it can be checked by anyone at any time: the signed messages of one thread, and the keys that people compared.
// Nothing else is believed: no transport, no database, no clock. Pure. PROTOCOL 1.3, 6.2 and 6.5, SAFETY I3.
import { createHash } from "node:crypto";
import { type Static, Type } from "typebox";
import { Check } from "typebox/schema";
import { canonicalize } from "../../activitypub/jcs.ts";
import { isJsonObject, type JsonObject } from "../../activitypub/json.ts";
import { readJson } from "../../activitypub/jsonScan.ts";
import { digestOf, verifyProof } from "../../activitypub/proof.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import {
  type AgreedLine,
  isSameText,
  type MessageOf,
  type OrderStatus,
  speakerOf,
  type ThreadMessage,
  totalOf,
} from "./agreement.ts";
import { readThreadMessage } from "./readAgreement.ts";
import { factsOf, isWithdrawn, judge, type MessageFacts } from "./threadRules.ts";

/** A key that people compared once, by its owner's actor IRI. Retired ones prove what was signed with them. */
export type ContractKey = { readonly owner: string; readonly keyId: string; readonly publicKeyMultibase: string };

/** Everything a check needs: the messages as they crossed the wire, in the order in which they were kept, and the keys. */
export type ContractFile = {
  readonly thread: string;
  readonly keys: readonly ContractKey[];
  readonly messages: readonly string[];
};

/** Why a message does not count. */
type Flaw =
  | "not-json"
  | "not-readable"
  | "other-thread"
  | "other-party"
  | "unknown-key"
  | "bad-proof"
  | "result-differs"
  | "digest-differs"
  | "conflict"
  | "out-of-place";

/** One message, checked: `flaw` is null when it holds. `signedAt` is what its proof says, as text. */
export type CheckedMessage = {
  readonly message: ThreadMessage | null;
  readonly actor: string | null;
  readonly digest: string | null;
  readonly keyId: string | null;
  readonly publicKeyMultibase: string | null;
  readonly signedAt: string | null;
  readonly flaw: Flaw | null;
};

/** What both sides hold: the last revision that was offered and accepted, by their signatures. */
export type TextInForce = {
  readonly agreementIri: string;
  readonly revision: number;
  readonly lines: readonly AgreedLine[];
  readonly totalCents: number;
  readonly offer: CheckedMessage;
  readonly accept: CheckedMessage;
  /** SHA-256 of the agreed lines as each side wrote them; the same on both sides where they agree. */
  readonly buyerHash: string;
  readonly sellerHash: string;
};

export type ContractReport = {
  readonly thread: string;
  readonly buyer: string | null;
  readonly seller: string | null;
  readonly messages: readonly CheckedMessage[];
  readonly inForce: TextInForce | null;
  readonly status: OrderStatus | null;
  readonly isWithdrawn: boolean;
  /** Something was agreed, and no message of the thread has a flaw. */
  readonly holds: boolean;
};

/** Checks every message of a thread by itself and against those before it, and finds the text in force. */
export function verifyContract({ thread, keys, messages }: ContractFile): ContractReport {
  const known: MessageFacts[] = [];
  const orders = new Map<string, CheckedMessage>();
  const parties = { buyer: null as string | null, seller: null as string | null };
  const checked = messages.map((text) => {
    const alone = checkAlone(text, thread, keys, parties);
    const one = alone.flaw === null ? { ...alone, flaw: checkPlace(known, orders, alone) } : alone;
    if (one.flaw !== null || !one.message || one.digest === null) return one;
    known.push(factsOf(one.message, one.digest));
    if (one.message.kind === "order") orders.set(one.message.offerIri, one);
    return one;
  });
  const inForce = findInForce(checked, orders);
  const states = known.filter(({ sequence }) => sequence !== null);
  const last = states.sort((one, other) => one.epoch - other.epoch || one.sequence! - other.sequence!).at(-1);
  const hasFlaw = checked.some(({ flaw }) => flaw !== null);
  return {
    thread,
    ...parties,
    messages: checked,
    inForce,
    status: last?.status ?? null,
    isWithdrawn: isWithdrawn(known),
    holds: inForce !== null && !hasFlaw,
  };
}

function checkAlone(
  text: string,
  thread: string,
  keys: readonly ContractKey[],
  parties: { buyer: string | null; seller: string | null },
): CheckedMessage {
  const none = { message: null, actor: null, digest: null, keyId: null, publicKeyMultibase: null, signedAt: null };
  const read = readJson(Buffer.from(text));
  if (isRefusal(read) || !isJsonObject(read.json)) return { ...none, flaw: "not-json" };
  const activity: JsonObject = read.json;
  const proof = isJsonObject(activity.proof) ? activity.proof : {};
  const actor = typeof activity.actor === "string" ? activity.actor : null;
  const keyId = typeof proof.verificationMethod === "string" ? proof.verificationMethod : null;
  const signedAt = typeof proof.created === "string" ? proof.created : null;
  const message = readThreadMessage(activity);
  const facts = { ...none, actor, digest: digestOf(activity), keyId, signedAt };
  if ("bad" in message) return { ...facts, flaw: "not-readable" };
  const said = { ...facts, message };
  if (message.thread !== thread) return { ...said, flaw: "other-thread" };
  const [to] = activity.to as string[];
  const [buyer, seller] = speakerOf(message.kind) === "buyer" ? [actor, to!] : [to!, actor];
  parties.buyer ??= buyer;
  parties.seller ??= seller;
  if (buyer !== parties.buyer || seller !== parties.seller) return { ...said, flaw: "other-party" };
  const named = keys.filter((key) => key.owner === actor && key.keyId === keyId);
  if (named.length === 0) return { ...said, flaw: "unknown-key" };
  const key = named.find(({ publicKeyMultibase }) => verifyProof(activity, publicKeyMultibase));
  return key ? { ...said, publicKeyMultibase: key.publicKeyMultibase, flaw: null } : { ...said, flaw: "bad-proof" };
}

function checkPlace(
  known: readonly MessageFacts[],
  orders: ReadonlyMap<string, CheckedMessage>,
  { message, digest }: CheckedMessage,
): Flaw | null {
  if (!message || digest === null) return "not-readable";
  const { verdict } = judge(known, message, digest);
  if (verdict === "foreign") return "digest-differs";
  if (verdict === "conflict") return "conflict";
  if (verdict === "early") return "out-of-place";
  if (message.kind !== "accepted") return null;
  const offer = orders.get(message.offerIri)?.message;
  return offer?.kind === "order" && isSameText(offer.lines, message.lines) ? null : "result-differs";
}

function findInForce(
  checked: readonly CheckedMessage[],
  orders: ReadonlyMap<string, CheckedMessage>,
): TextInForce | null {
  const pairs = checked.flatMap((accept) => {
    if (accept.flaw !== null || accept.message?.kind !== "accepted") return [];
    const offer = orders.get(accept.message.offerIri);
    return offer?.message?.kind === "order" ? [{ offer, accept, said: offer.message, agreed: accept.message }] : [];
  });
  const last = pairs.sort(({ said: one }, { said: other }) => compareOrders(one, other)).at(-1);
  if (!last) return null;
  const { offer, accept, said, agreed } = last;
  return {
    agreementIri: agreed.agreementIri,
    revision: said.revision,
    lines: agreed.lines,
    totalCents: totalOf(agreed.lines),
    offer,
    accept,
    buyerHash: hashText(said.lines),
    sellerHash: hashText(agreed.lines),
  };
}

function compareOrders(one: MessageOf<"order">, other: MessageOf<"order">): number {
  return one.epoch - other.epoch || one.revision - other.revision;
}

/** One name for what was agreed, whatever the order of the lines: lower-case hex SHA-256 of their JCS form. SAFETY I3. */
export function hashText(lines: readonly AgreedLine[]): string {
  const plain = lines
    .map(({ lineIri, unit, quantityThousandths, amountCents }) => ({ lineIri, unit, quantityThousandths, amountCents }))
    .sort((one, other) => (one.lineIri < other.lineIri ? -1 : 1));
  return createHash("sha256").update(canonicalize(plain)).digest("hex");
}

const FORMAT = "https://w3id.org/filiera#contract-1";
const FileShape = Type.Object({
  format: Type.Literal(FORMAT),
  thread: Type.String(),
  keys: Type.Array(Type.Object({ owner: Type.String(), keyId: Type.String(), publicKeyMultibase: Type.String() })),
  messages: Type.Array(Type.String()),
});

/** A contract as a file: its messages are kept as text, byte for byte. */
export function writeContractFile({ thread, keys, messages }: ContractFile): string {
  return `${JSON.stringify({ format: FORMAT, thread, keys, messages }, null, 2)}\n`;
}

/** The contract in a file, or null when it is none. */
export function readContractFile(text: string): ContractFile | null {
  try {
    const json: unknown = JSON.parse(text);
    if (!Check(FileShape, json)) return null;
    const { thread, keys, messages } = json as Static<typeof FileShape>;
    return { thread, keys, messages };
  } catch {
    return null;
  }
}
