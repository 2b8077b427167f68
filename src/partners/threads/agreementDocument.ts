// Messages of the order channel as JSON: written whole, read strictly. A member we do not know is refused with the whole
// message: with money nothing is half understood. Pure. PROTOCOL 6.1 and 6.2, SAFETY section 4 and B17.
import assert from "node:assert/strict";
import { DOCUMENT } from "../../activitypub/context.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { formatEuros } from "../../kernel/money.ts";
import { formatQuantity } from "../../kernel/quantity.ts";
import { formatInstant } from "../../kernel/time.ts";
import { type AgreedLine, activityIriOf, type MessageOf, MOST_LINES, type ThreadMessage } from "./agreement.ts";

/** The activity that says so, complete but for its proof. `from` speaks, `to` is the one actor who hears it. */
export function writeThreadMessage(message: ThreadMessage, from: { readonly id: string }, to: string): JsonObject {
  const open = (type: string) => ({
    "@context": DOCUMENT,
    type,
    id: activityIriOf(message),
    actor: from.id,
    to: [to],
    context: message.thread,
  });
  switch (message.kind) {
    case "order":
      return { ...open("Offer"), object: writeOrder(message, from.id) };
    case "accepted":
      return { ...open("Accept"), ...about(message), ...said(message.note), result: writeAccepted(message, from.id) };
    case "countered":
      return {
        ...open("TentativeAccept"),
        ...about(message),
        answerBy: formatInstant(message.answerBy),
        ...(message.reason === null ? {} : { reasonCode: message.reason }),
        ...said(message.note),
        result: writeCounter(message, from.id),
      };
    case "rejected": {
      const { objectIri, objectDigest, reason, note } = message;
      return { ...open("Reject"), object: objectIri, objectDigest, reasonCode: reason, ...said(note) };
    }
    case "withdrawn":
      return { ...open("Undo"), ...about(message) };
    case "status":
      return { ...open("Update"), object: writeStatus(message, from.id) };
    case "delivery-note":
      return { ...open(message.sequence === 1 ? "Create" : "Update"), object: writeNote(message, from.id) };
    case "note-accepted":
    case "note-disputed": {
      const { documentIri: object, documentDigest: objectDigest, text } = message;
      const type = message.kind === "note-accepted" ? "Accept" : "TentativeReject";
      return { ...open(type), object, objectDigest, ...said(text) };
    }
  }
}

function writeOrder(message: MessageOf<"order">, owner: string): JsonObject {
  const { agreementIri: id, thread: context, epoch, revision, supersedes, lines } = message;
  return {
    type: "Agreement",
    id,
    attributedTo: owner,
    context,
    ...counted(epoch),
    revision,
    ...(supersedes === null ? {} : { supersedes }),
    ...writeLines(lines, null),
  };
}

function writeAccepted(message: MessageOf<"accepted">, owner: string): JsonObject {
  const { agreementIri: id, thread: context, epoch, revision, sequence, status: orderStatus, lines } = message;
  const base = { type: "Agreement", id, attributedTo: owner, context };
  return { ...base, ...counted(epoch), revision, sequence, orderStatus, ...writeLines(lines, id) };
}

function writeCounter(message: MessageOf<"countered">, owner: string): JsonObject {
  const { thread: context, epoch, revision, lines } = message;
  return { type: "Agreement", attributedTo: owner, context, ...counted(epoch), revision, ...writeLines(lines, null) };
}

function writeStatus(message: MessageOf<"status">, owner: string): JsonObject {
  const {
    agreementIri: id,
    thread: context,
    epoch,
    revision,
    sequence,
    status: orderStatus,
    note,
    paymentUrl,
  } = message;
  return {
    type: "Agreement",
    id,
    attributedTo: owner,
    context,
    ...counted(epoch),
    revision,
    sequence,
    orderStatus,
    ...(note === null ? {} : { preview: { type: "Note", ...said(note) } }),
    ...(paymentUrl === null ? {} : { url: paymentUrl }),
  };
}

function writeNote(message: MessageOf<"delivery-note">, owner: string): JsonObject {
  const { documentIri: id, agreementIri: context, epoch, sequence, url, fulfilments, charges } = message;
  assertFit(fulfilments);
  const names = commitmentNames(fulfilments);
  return {
    type: "Document",
    id,
    attributedTo: owner,
    context,
    ...counted(epoch),
    sequence,
    ...(url === null ? {} : { url }),
    fulfilments: fulfilments.flatMap(({ lineIri, unit, quantityThousandths, amountCents }, i) => [
      {
        fulfills: `${context}#${names[i]}-primary`,
        satisfies: `${lineIri}#primary`,
        resourceQuantity: measure(unit, formatQuantity(quantityThousandths)),
      },
      {
        fulfills: `${context}#${names[i]}-reciprocal`,
        satisfies: `${lineIri}#reciprocal`,
        resourceQuantity: measure("one", formatEuros(amountCents)),
      },
    ]),
    ...(charges.length === 0
      ? {}
      : { charges: charges.map(({ name, cents }) => ({ name, price: formatEuros(cents), priceCurrency: "EUR" })) }),
  };
}

/** The two halves of every line: what is given and what is paid for it. In an Agreement in force each has a name. */
function writeLines(lines: readonly AgreedLine[], agreementIri: string | null): JsonObject {
  assertFit(lines);
  const names = commitmentNames(lines);
  const commit = (
    { lineIri }: AgreedLine,
    i: number,
    half: "primary" | "reciprocal",
    resourceQuantity: JsonObject,
  ) => ({
    type: "Commitment",
    ...(agreementIri === null ? {} : { id: `${agreementIri}#${names[i]}-${half}` }),
    satisfies: `${lineIri}#${half}`,
    resourceQuantity,
  });
  return {
    stipulates: lines.map((line, i) =>
      commit(line, i, "primary", measure(line.unit, formatQuantity(line.quantityThousandths))),
    ),
    stipulatesReciprocal: lines.map((line, i) =>
      commit(line, i, "reciprocal", measure("one", formatEuros(line.amountCents))),
    ),
  };
}

function assertFit(lines: readonly AgreedLine[]): void {
  assert(lines.length <= MOST_LINES, `a message has at most ${MOST_LINES} lines`);
}

/** A short name for each line within its Agreement, from the end of the line's IRI; twins are told apart by a number. */
function commitmentNames(lines: readonly AgreedLine[]): string[] {
  const seen = new Map<string, number>();
  return lines.map(({ lineIri }) => {
    const end = lineIri.slice(lineIri.lastIndexOf("/") + 1).replace(/[^A-Za-z0-9_-]/g, "-");
    const name = `l${end.slice(0, 64)}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}.${times}`;
  });
}

function measure(hasUnit: string, hasNumericalValue: string): JsonObject {
  return { hasUnit, hasNumericalValue };
}

function counted(epoch: number): JsonObject {
  return epoch === 1 ? {} : { epoch };
}

function about({ offerIri: object, offerDigest: objectDigest }: { offerIri: string; offerDigest: string }): JsonObject {
  return { object, objectDigest };
}

function said(text: string | null): JsonObject {
  return text === null ? {} : { mediaType: "text/plain", content: text };
}
