// What the mails about an order say, in the reader's language: short, exact, a household's own lines and nobody else's. Pure.
import { unitLabel } from "../../kernel/units.ts";
import { type MailFacts, type MailKind, type MailText, ourMailText, renderMail } from "../group/mailTexts.ts";
import type { Order } from "../order.ts";

/** The reader's language: its sentences, and how it writes amounts (cents, thousandths) and moments (epoch ms). */
export type Voice = {
  readonly language: "it" | "en";
  readonly say: (key: string, facts?: Record<string, unknown>) => string;
  readonly format: {
    money(cents: number): string;
    quantity(thousandths: number): string;
    dateTime(at: number): string;
    time(at: number): string;
  };
};

/** What every mail about an order names. `url`: where the reader sees it. `pickups`: those of the reader. */
export type OrderFacts = {
  readonly reader: string;
  readonly order: Pick<Order, "name" | "note" | "closesAt">;
  readonly producer: string;
  readonly group: string;
  readonly pickups: readonly { readonly place: string; readonly startAt: number }[];
  readonly url: string;
  /** The part of the reader's household in what several orders bear together, as far as it is known; null where there is none. */
  readonly shared?: { readonly name: string; readonly cents: number } | null;
  /** Whether the reader's household had not confirmed when the order closed. */
  readonly isUnconfirmed?: boolean;
  /** The group's own words for such a mail in that language; null: ours. */
  readonly textOf?: (kind: MailKind, language: Voice["language"]) => MailText | null;
};

/**
 * A household's part of a line, in thousandths: what it booked, what of it was ordered at the cut-off, what it gets as far as
 * is known. `agreed` of `ordered`: all households together, with the producer.
 */
export type OwnLine = {
  readonly name: string;
  readonly friendName: string | null;
  readonly unitCode: string;
  readonly bookedThousandths: number;
  readonly closedThousandths: number;
  readonly quantityThousandths: number;
  readonly cents: number;
  readonly agreedThousandths: number;
  readonly orderedThousandths: number;
};

export type Mail = { readonly subject: string; readonly text: string };

/** An order is open. */
export function openedMail(voice: Voice, facts: OrderFacts): Mail {
  const { order } = facts;
  return mail(voice, facts, "opened", [order.note.trim(), ...pickupLines(voice, facts)]);
}

/** An order closes soon and the reader's household has not booked. */
export function reminderMail(voice: Voice, facts: OrderFacts): Mail {
  return mail(voice, facts, "reminder", pickupLines(voice, facts));
}

/** An order has closed: the reader's household's own lines and what they come to. `otherCents`: transport, discounts. */
export function closedMail(voice: Voice, facts: OrderFacts, lines: readonly OwnLine[], otherCents: number): Mail {
  const said = facts.isUnconfirmed ? [voice.say("orders.mail.wasUnconfirmed"), ""] : [];
  const parts = [...said, ...billLines(voice, facts, lines, otherCents), "", ...pickupLines(voice, facts)];
  return mail(voice, facts, "closed", parts);
}

/** The reader's household booked and has not confirmed, and the order closes soon. */
export function unconfirmedMail({ say, format }: Voice, { reader, order, producer, group, url }: OrderFacts): Mail {
  const said = { name: reader, order: order.name, producer, group, closes: format.dateTime(order.closesAt), url };
  return { subject: say("orders.mail.unconfirmedSubject", said), text: say("orders.mail.unconfirmedText", said) };
}

/** The producer took the order, whole or changed: what the reader's household gets of it. */
export function agreedMail(voice: Voice, facts: OrderFacts, lines: readonly OwnLine[], otherCents: number): Mail {
  const isShort = lines.some((line) => line.quantityThousandths < line.closedThousandths);
  const parts = [...billLines(voice, facts, lines, otherCents), "", ...pickupLines(voice, facts)];
  return mail(voice, facts, isShort ? "changed" : "agreed", parts);
}

const KNOWN_REASONS = ["minimum-missed", "cancelled-by-producer", "not-available", "threshold-missed", "closed"];

/** The producer did not take the order; `reason` is a code of the wire. */
export function refusedMail(voice: Voice, facts: OrderFacts, reason: string | null): Mail {
  const known = reason !== null && KNOWN_REASONS.includes(reason) ? [voice.say(`orders.mail.reason.${reason}`)] : [];
  return mail(voice, facts, "refused", known);
}

/** The order was called off; `reason` is a code of ours, or what somebody wrote. */
export function cancelledMail(voice: Voice, facts: OrderFacts, reason: string): Mail {
  const why = KNOWN_REASONS.includes(reason)
    ? voice.say(`orders.mail.reason.${reason}`)
    : voice.say("orders.mail.reason.written", { reason });
  return mail(voice, facts, "cancelled", [why]);
}

const QUESTIONS = [
  "minimum",
  "nothing-to-order",
  "no-pact",
  "pact-suspended",
  "host-paused",
  "offer-doubtful",
  "counter",
  "counter-lapsed",
  "refused",
  "revision-refused",
  "undo-refused",
  "cancelled-by-producer",
  "note-after-delivery",
  "silent",
  "opening-missed",
];

/** Somebody who runs the orders must decide; `needsPerson` says what. */
export function askedMail(voice: Voice, facts: OrderFacts, needsPerson: string): Mail {
  const question = QUESTIONS.includes(needsPerson) ? needsPerson : "to-verify";
  return mail(voice, facts, "asked", [voice.say(`orders.mail.question.${question}`)]);
}

/** Today the reader's household collects: what and where. */
export function deliveryMail(voice: Voice, facts: OrderFacts, lines: readonly OwnLine[]): Mail {
  const { say } = voice;
  const goods = lines
    .filter(({ quantityThousandths }) => quantityThousandths > 0)
    .map((line) =>
      say("orders.mail.collect", { what: nameOf(line), got: amount(voice, line.quantityThousandths, line) }),
    );
  return mail(voice, facts, "delivery", [...pickupLines(voice, facts), "", ...goods, ...sharedLines(voice, facts)]);
}

function mail(voice: Voice, facts: OrderFacts, kind: MailKind, parts: readonly string[]): Mail {
  const { say, format, language } = voice;
  const { reader, order, producer, group, url, pickups } = facts;
  const said: MailFacts = {
    ...{ name: reader, order: order.name, producer, group, closes: format.dateTime(order.closesAt) },
    ...{ place: pickups[0]?.place ?? "", time: pickups[0] ? format.time(pickups[0].startAt) : "" },
    ...{ details: parts.join("\n").trim(), link: url },
  };
  const text = facts.textOf?.(kind, language) ?? ourMailText(kind, language, say);
  const { subject, body } = renderMail(language, text, said);
  return { subject, text: body };
}

function pickupLines({ say, format }: Voice, { pickups }: OrderFacts): string[] {
  return pickups.map(({ place, startAt }) => say("orders.mail.pickup", { place, when: format.dateTime(startAt) }));
}

/** What several orders bear together is charged apart, when all of them are over. */
function sharedLines({ say, format }: Voice, { shared }: OrderFacts): string[] {
  if (!shared || shared.cents === 0) return [];
  return [say("orders.mail.shared", { name: shared.name, money: format.money(shared.cents) })];
}

function billLines(voice: Voice, facts: OrderFacts, lines: readonly OwnLine[], otherCents: number): string[] {
  const { say, format } = voice;
  const other = otherCents === 0 ? [] : [say("orders.mail.other", { money: format.money(otherCents) })];
  const totalCents = lines.reduce((sum, { cents }) => sum + cents, otherCents);
  return [
    ...lines.map((line) => lineText(voice, line)),
    ...other,
    say("orders.mail.total", { money: format.money(totalCents) }),
    ...sharedLines(voice, facts),
  ];
}

function lineText(voice: Voice, line: OwnLine): string {
  const { say, format } = voice;
  const { bookedThousandths, closedThousandths, quantityThousandths } = line;
  const said = {
    what: nameOf(line),
    got: amount(voice, quantityThousandths, line),
    asked: format.quantity(bookedThousandths),
    money: format.money(line.cents),
    had: format.quantity(line.agreedThousandths),
    of: format.quantity(line.orderedThousandths),
  };
  if (quantityThousandths < closedThousandths) return say("orders.mail.lineShort", said);
  if (quantityThousandths < bookedThousandths) return say("orders.mail.lineCut", said);
  return say(quantityThousandths > bookedThousandths ? "orders.mail.lineFilled" : "orders.mail.line", said);
}

function nameOf({ name, friendName }: OwnLine): string {
  return friendName === null ? name : `${name} (${friendName})`;
}

function amount({ format, language }: Voice, thousandths: number, { unitCode }: OwnLine): string {
  return `${format.quantity(thousandths)} ${unitLabel(unitCode, thousandths, language)}`;
}
