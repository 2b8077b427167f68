// What a household typed into an order's page as the basket it shall be, and the basket as the page shows it. Pure.
import Type, { type Static } from "typebox";
import { formatDecimal, parseWrittenDecimal } from "../kernel/decimal.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { type Booking, NOTE_CHARS_MAX, type Wish, wishKey } from "./booking.ts";
import type { Order, OrderLine } from "./order.ts";

const LineNumber = Type.String({ pattern: "^[1-9][0-9]{0,3}$" });
const Amount = Type.String({ maxLength: 20 });
const Id = Type.String({ pattern: "^[a-z2-7]{26}$" });

/**
 * `quantity.3`, `upto.3` and `remark.3` are by the line's number; `more` and `less` are the line whose button was pressed.
 * `friend` and `household` say for whom; absent: one's own household.
 */
export const BOOK_FORM = Type.Object({
  seen: Type.Integer({ minimum: 0 }),
  key: Id,
  friend: Type.Optional(Id),
  household: Type.Optional(Id),
  pickup: Type.Optional(Type.String({ maxLength: 40 })),
  note: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })),
  more: Type.Optional(Type.Integer({ minimum: 1, maximum: 9999 })),
  less: Type.Optional(Type.Integer({ minimum: 1, maximum: 9999 })),
  quantity: Type.Record(LineNumber, Amount),
  upto: Type.Record(LineNumber, Amount),
  remark: Type.Record(LineNumber, Type.String({ maxLength: NOTE_CHARS_MAX })),
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

/**
 * The whole basket as the form wants it: the lines it shows for whom it is for, everything else as saved. `typed` names the
 * fields that were sent; a quantity that was sent empty is none. Problems: `not-a-quantity`.
 */
export function readWishes(
  order: Pick<Order, "lines">,
  form: BookForm,
  typed: Readonly<Record<string, unknown>>,
  saved: readonly Booking[],
): { wishes: Wish[]; problems: LineProblems } {
  const friendId = form.friend ?? null;
  const wishes = new Map<string, Wish>(saved.map((booking) => [wishKey(booking), wishOf(booking)]));
  const problems: LineProblems = new Map();
  for (const line of order.lines) {
    const { number } = line;
    if (!Object.hasOwn(typed, `quantity.${number}`)) continue;
    const key = wishKey({ lineNumber: number, friendId });
    const quantity = readAmount(form.quantity[number] ?? "0");
    const upTo = readAmount(form.upto[number] ?? "0");
    if (quantity === null || upTo === null) {
      problems.set(number, { refused: "not-a-quantity" });
      continue;
    }
    const quantityThousandths =
      form.more === number ? oneMore(line, quantity) : form.less === number ? oneLess(line, quantity) : quantity;
    const toleranceThousandths = quantityThousandths === 0 ? 0 : Math.max(0, upTo - quantityThousandths);
    if (quantityThousandths === 0) wishes.delete(key);
    else
      wishes.set(key, {
        ...{ lineNumber: number, friendId, quantityThousandths, toleranceThousandths },
        note: form.remark[number] ?? "",
      });
  }
  return { wishes: [...wishes.values()], problems };
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

/** The saved basket of whom it is for, as the form's fields. */
export function writeWishes(saved: readonly Booking[], friendId: string | null): Record<string, string> {
  const typed: Record<string, string> = {};
  for (const one of saved.filter((booking) => booking.friendId === friendId)) {
    typed[`quantity.${one.lineNumber}`] = writeAmount(one.quantityThousandths);
    if (one.toleranceThousandths > 0)
      typed[`upto.${one.lineNumber}`] = writeAmount(one.quantityThousandths + one.toleranceThousandths);
    if (one.note !== "") typed[`remark.${one.lineNumber}`] = one.note;
  }
  return typed;
}

/** Which lines a refused basket is about: each with its own reason; empty when it is about the whole. */
export function problemsOf(refusal: Refusal): LineProblems {
  const all = (refusal.wishes as Refusal[] | undefined) ?? [refusal];
  return new Map(
    all.flatMap((one): [number, Refusal][] => (typeof one.lineNumber === "number" ? [[one.lineNumber, one]] : [])),
  );
}
