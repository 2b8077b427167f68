// A delivery note: what came of what was agreed, what is due for it, what the buyer says. Pure. PROTOCOL.md 6.1.
import { divideHalfUp } from "../kernel/money.ts";
import type { AgreedLine, Charge } from "../partners/threads/agreement.ts";

/** The note of one order. A newer sequence replaces the one before; times are epoch ms. */
export type DeliveryNote = {
  readonly id: string;
  readonly actorId: string;
  readonly thread: string;
  readonly documentIri: string;
  readonly sequence: number;
  readonly epoch: number;
  readonly fulfilments: readonly AgreedLine[];
  readonly charges: readonly Charge[];
  readonly state: "sent" | "accepted" | "disputed";
  readonly answer: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** Where the note is read: its page for people, its Document for the buyer's node. */
export function noteIri(actorId: string, id: string): string {
  return `${actorId}/delivery-notes/${id}`;
}

/** More than that of a line is a slip of the keyboard, not a delivery. */
const TIMES_AT_MOST = 10;

/**
 * What came, at the prices agreed: each line's amount is its share of the agreed amount, rounded once, half-up (SAFETY I12).
 * Lines of which nothing came stand there with nothing. Quantities in thousandths; a line named in `delivered` nowhere came
 * as agreed. Refuses by field: `too-small`, `too-big`.
 */
export function fulfil(
  agreed: readonly AgreedLine[],
  delivered: ReadonlyMap<string, number>,
): { readonly fulfilments: AgreedLine[] } | { readonly faults: { lineIri: string; fault: "too-small" | "too-big" }[] } {
  const faults: { lineIri: string; fault: "too-small" | "too-big" }[] = [];
  const fulfilments = agreed.map((line) => {
    const quantityThousandths = delivered.get(line.lineIri) ?? line.quantityThousandths;
    if (quantityThousandths < 0) faults.push({ lineIri: line.lineIri, fault: "too-small" });
    if (quantityThousandths > line.quantityThousandths * TIMES_AT_MOST)
      faults.push({ lineIri: line.lineIri, fault: "too-big" });
    const share = BigInt(quantityThousandths) * BigInt(line.amountCents);
    return { ...line, quantityThousandths, amountCents: divideHalfUp(share, BigInt(line.quantityThousandths)) };
  });
  return faults.length > 0 ? { faults } : { fulfilments };
}

/** What is due in cents: the goods that came and the charges beside them. */
export function dueCents({ fulfilments, charges }: Pick<DeliveryNote, "fulfilments" | "charges">): number {
  const goods = fulfilments.reduce((sum, { amountCents }) => sum + amountCents, 0);
  return charges.reduce((sum, { cents }) => sum + cents, goods);
}
