// How a mail will look, with the facts of a real order and made-up bookings of it: no household's basket is shown. Pure.
import {
  agreedMail,
  askedMail,
  cancelledMail,
  closedMail,
  deliveryMail,
  type Mail,
  type OrderFacts,
  type OwnLine,
  openedMail,
  refusedMail,
  reminderMail,
  type Voice,
} from "../notices/noticeText.ts";
import { amountOf, type OrderLine } from "../order.ts";
import type { MailKind } from "./mailTexts.ts";

/** The mail of that kind; `lines` of the order, of which two are shown as if booked. */
export function previewMail(voice: Voice, kind: MailKind, facts: OrderFacts, lines: readonly OrderLine[]): Mail {
  const whole = lines.slice(0, 2).map((line) => bookedLine(line, 1));
  if (kind === "opened") return openedMail(voice, facts);
  if (kind === "reminder") return reminderMail(voice, facts);
  if (kind === "closed") return closedMail(voice, facts, whole, 0);
  if (kind === "agreed") return agreedMail(voice, facts, whole, 0);
  if (kind === "changed")
    return agreedMail(
      voice,
      facts,
      lines.slice(0, 2).map((line) => bookedLine(line, 2)),
      0,
    );
  if (kind === "refused") return refusedMail(voice, facts, "not-available");
  if (kind === "cancelled") return cancelledMail(voice, facts, "minimum-missed");
  return kind === "delivery" ? deliveryMail(voice, facts, whole) : askedMail(voice, facts, "minimum");
}

/** Two packages booked, of which one in `share` comes. */
function bookedLine({ goods }: OrderLine, share: 1 | 2): OwnLine {
  const bookedThousandths = 2 * goods.packageThousandths;
  const quantityThousandths = bookedThousandths / share;
  return {
    ...{ name: goods.name, friendName: null, unitCode: goods.unitCode, bookedThousandths, quantityThousandths },
    closedThousandths: bookedThousandths,
    cents: amountOf(quantityThousandths, goods),
    agreedThousandths: quantityThousandths,
    orderedThousandths: bookedThousandths,
  };
}
