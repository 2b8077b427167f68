// What a household typed into an order's page as the basket it shall be, and the basket as the page shows it. Pure.
import Type, { type Static } from "typebox";
import { formatDecimal, parseWrittenDecimal } from "../../kernel/decimal.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import type { Order, OrderLine } from "../order.ts";
import { type Booking, NOTE_CHARS_MAX, type Wish, wishKey } from "./booking.ts";

const LineNumber = Type.String({ pattern: "^[1-9][0-9]{0,3}$" });
const Line = Type.Integer({ minimum: 1, maximum: 9999 });
const Amount = Type.String({ maxLength: 20 });
const Id = Type.String({ pattern: "^[a-z2-7]{26}$" });

/**
 * `quantity.3`, `upto.3` and `remark.3` are by the line's number, `was.3` how they were shown (`writeLine`); `more` and `less` are the
 * line whose button was pressed, `drop` the one whose typed number is let go, `mine` the one whose number is meant; `undo` the save to
 * take back, `confirm` the save that was seen and is complete. `wasNote` and `wasPickup`: as shown. `friend` and `household` say for whom; absent: one's own household.
 */
export const BOOK_FORM = Type.Object({
  key: Id,
  friend: Type.Optional(Id),
  household: Type.Optional(Id),
  pickup: Type.Optional(Type.String({ maxLength: 40 })),
  wasPickup: Type.Optional(Type.String({ maxLength: 40 })),
  note: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
  wasNote: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
  more: Type.Optional(Line),
  less: Type.Optional(Line),
  drop: Type.Optional(Line),
  mine: Type.Optional(Line),
  undo: Type.Optional(Type.Integer({ minimum: 1 })),
  confirm: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Where the form stands: absent on the order's own page. */
  back: Type.Optional(Type.Literal("mine")),
  quantity: Type.Record(LineNumber, Amount),
  upto: Type.Record(LineNumber, Amount),
  remark: Type.Record(LineNumber, Type.String({ maxLength: NOTE_CHARS_MAX })),
  was: Type.Record(LineNumber, Type.String({ maxLength: NOTE_CHARS_MAX + 50 })),
});
export type BookForm = Static<typeof BOOK_FORM>;

/** Line number -> why what was typed there is not taken. */
export type LineProblems = Map<number, Refusal>;

/**
 * A quantity as people type it, comma or point: never thousands, "1.250" is a kilo and a quarter. Thousandths; null when it is
 * no number from 0 on.
 */
export function readAmount(text: string): number | null {
  const amount = parseWrittenDecimal(text.replace(",", "."), 3, ".");
  return amount === null || amount < 0 ? null : amount;
}

/** Thousandths as a field shows them: "1,5". */
export function writeAmount(thousandths: number): string {
  return formatDecimal(thousandths, 3).replace(".", ",");
}

/** What a form's fields say of one line. Quantities in thousandths, "up to" in all. */
type LineText = { readonly quantity: number; readonly upTo: number; readonly remark: string };

/** A line's fields as the page shows them, in one text: what `was.3` says, and what tells whether somebody typed. */
export function writeLine(
  booking: Pick<Wish, "quantityThousandths" | "toleranceThousandths" | "note"> | undefined,
): string {
  const { quantity, upTo, remark } = shownOf(booking);
  const all = [writeAmount(quantity), upTo === 0 ? "" : writeAmount(upTo), remark];
  return all.join("~").replace(/~+$/, "");
}

function shownOf(booking: Pick<Wish, "quantityThousandths" | "toleranceThousandths" | "note"> | undefined): LineText {
  if (!booking) return { quantity: 0, upTo: 0, remark: "" };
  const { quantityThousandths: quantity, toleranceThousandths: more, note: remark } = booking;
  return { quantity, upTo: more === 0 ? 0 : quantity + more, remark };
}

/**
 * The whole basket as the form wants it, made of what is saved now: a press is one step from the saved quantity, and what was typed
 * counts only where it differs from what the page had shown. Where the saved line moved on meanwhile and the typed one says something
 * else, the line's problem is `stale-version` {storedThousandths, typedThousandths}. Other problems: `not-a-quantity`. Lines of `skip`
 * stay as they are. `changed`: the lines that
 * would be otherwise than they are saved.
 */
export function readWishes(
  order: Pick<Order, "lines">,
  form: BookForm,
  typed: Readonly<Record<string, unknown>>,
  saved: readonly Booking[],
  skip: ReadonlySet<number> = new Set(),
): { wishes: Wish[]; problems: LineProblems; changed: number[] } {
  const friendId = form.friend ?? null;
  const wishes = new Map<string, Wish>(saved.map((booking) => [wishKey(booking), wishOf(booking)]));
  const problems: LineProblems = new Map();
  const changed: number[] = [];
  for (const line of order.lines) {
    const { number } = line;
    if (skip.has(number) || !Object.hasOwn(typed, `quantity.${number}`)) continue;
    const key = wishKey({ lineNumber: number, friendId });
    const stored = wishes.get(key);
    const read = readLine(line, form, stored);
    if ("refused" in read) problems.set(number, read);
    else if (writeLine(stored) !== writeLine(read)) {
      changed.push(number);
      if (read.quantityThousandths === 0) wishes.delete(key);
      else wishes.set(key, { lineNumber: number, friendId, ...read });
    }
  }
  return { wishes: [...wishes.values()], problems, changed };
}

type LineWish = Pick<Wish, "quantityThousandths" | "toleranceThousandths" | "note">;

function readLine(line: OrderLine, form: BookForm, booking: Wish | undefined): LineWish | Refusal {
  const { number } = line;
  const stored = shownOf(booking);
  const was = readLineText(form.was[number]) ?? stored;
  const quantity = form.drop === number ? was.quantity : readAmount(form.quantity[number] ?? "0");
  const upTo = readAmount(form.upto[number] ?? "0");
  if (quantity === null || upTo === null) return { refused: "not-a-quantity" };
  const typed: LineText = { quantity, upTo, remark: form.remark[number] ?? "" };
  const next = mergeTyped(stored, was, typed);
  if (next.clash && form.drop !== number) return next.clash;
  const whole =
    form.more === number
      ? oneMore(line, next.text.quantity)
      : form.less === number
        ? oneLess(line, next.text.quantity)
        : next.text.quantity;
  return wishOfText({ ...next.text, quantity: whole });
}

/**
 * What two hands make of a line: only what was touched since the page was drawn counts, the rest stays as it is saved. `clash`
 * (`stale-version` {storedThousandths, typedThousandths}) where both touched the same field and say otherwise.
 */
function mergeTyped(stored: LineText, was: LineText, typed: LineText): { text: LineText; clash: Refusal | null } {
  const names = ["quantity", "upTo", "remark"] as const;
  const touched = names.filter((name) => typed[name] !== was[name]);
  const isClash = touched.some((name) => stored[name] !== was[name] && stored[name] !== typed[name]);
  const facts = { storedThousandths: stored.quantity, typedThousandths: typed.quantity };
  return {
    text: { ...stored, ...Object.fromEntries(touched.map((name) => [name, typed[name]])) },
    clash: isClash ? { refused: "stale-version", ...facts } : null,
  };
}

function wishOfText({ quantity, upTo, remark }: LineText): LineWish {
  const isNone = quantity === 0;
  return {
    quantityThousandths: quantity,
    toleranceThousandths: isNone ? 0 : Math.max(0, upTo - quantity),
    note: isNone ? "" : remark,
  };
}

/**
 * A saved line with another quantity where a page had shown `was` (both as typed, "" is none); its note and its "up to" stay. Refuses
 * `not-a-quantity`, and `stale-version` as `readWishes` does.
 */
export function retypeLine(
  booking: Wish | undefined,
  text: { readonly typed: string; readonly was: string },
): LineWish | Refusal {
  const [quantity, before] = [readAmount(text.typed || "0"), readAmount(text.was || "0")];
  if (quantity === null) return { refused: "not-a-quantity" };
  const stored = shownOf(booking);
  const was = { ...stored, quantity: before ?? stored.quantity };
  const next = mergeTyped(stored, was, { ...was, quantity });
  return next.clash ?? wishOfText(next.text);
}

function readLineText(text: string | undefined): LineText | null {
  if (text === undefined) return null;
  const [quantity = "", upTo = "", ...remark] = text.split("~");
  return { quantity: readAmount(quantity || "0") ?? 0, upTo: readAmount(upTo || "0") ?? 0, remark: remark.join("~") };
}

/** The lines whose fields a page shows otherwise than they are saved now: they are to be drawn anew. */
export function outdatedLines(form: Pick<BookForm, "was" | "friend">, saved: readonly Booking[]): number[] {
  const friendId = form.friend ?? null;
  const stored = new Map(saved.filter((one) => one.friendId === friendId).map((one) => [one.lineNumber, one]));
  return Object.entries(form.was)
    .map(([number, text]) => ({ number: Number(number), text }))
    .filter(({ number, text }) => text !== writeLine(stored.get(number)))
    .map(({ number }) => number);
}

/** What a household books at a time: a step, or a whole package where every booking is whole packages. Thousandths. */
export function bookingStep({ goods, rules }: Pick<OrderLine, "goods" | "rules">): number {
  return rules.caseMode === "multiple" ? goods.packageThousandths : rules.stepThousandths;
}

function oneMore(line: OrderLine, quantity: number): number {
  return Math.max(quantity + bookingStep(line), line.rules.minThousandths);
}

function oneLess(line: OrderLine, quantity: number): number {
  const less = quantity - bookingStep(line);
  return less < Math.max(1, line.rules.minThousandths) ? 0 : less;
}

function wishOf({ lineNumber, friendId, quantityThousandths, toleranceThousandths, note }: Booking): Wish {
  return { lineNumber, friendId, quantityThousandths, toleranceThousandths, note };
}

/** Which lines a refused basket is about: each with its own reason; empty when it is about the whole. */
export function problemsOf(refusal: Refusal): LineProblems {
  const all = (refusal.wishes as Refusal[] | undefined) ?? [refusal];
  return new Map(
    all.flatMap((one): [number, Refusal][] => (typeof one.lineNumber === "number" ? [[one.lineNumber, one]] : [])),
  );
}
