// A product that a member put a star on: what may become of it, and when it can be had. Pure.
import { lineMaximum } from "../booking/booking.ts";
import type { OrderLine } from "../order.ts";

/** Whose star: a person's, in one of their groups. */
export type Whose = { readonly personId: string; readonly actorId: string };

/** What the star is on. `productIri` is the product's own address, so that it is known again in the next order. */
export type Starred = { readonly productIri: string; readonly producerId: string; readonly name: string };

/** The star of a whole producer: it stands under the producer's own address. Who waits for one is told whenever an order of its opens. */
export function isProducerStar({ productIri, producerId }: Pick<Starred, "productIri" | "producerId">): boolean {
  return productIri === producerId;
}

/** `askedAt`: since when its person waits to be told that it can be booked again, epoch ms; null: they do not. */
export type Favourite = Whose & Starred & { readonly askedAt: number | null; readonly createdAt: number };

/** So many a person has in a group: more is the list again. */
export const FAVOURITES_MAX = 200;

/** What a person does with a product. Who waits for it has a star on it. */
export const FAVOURITE_ACTS = ["star", "unstar", "ask", "unask"] as const;
export type FavouriteAct = (typeof FAVOURITE_ACTS)[number];

/** The stars of a person by the address of the product, and whether the node can write to them. */
export type Stars = { readonly of: ReadonlyMap<string, Favourite>; readonly canAsk: boolean };

/** Whether there is some of a line left to book. `bookedThousandths`: what all households have of it. */
export function canBeHad(line: OrderLine, bookedThousandths: number): boolean {
  const most = lineMaximum(line);
  return line.isOffered && (most === null || most > bookedThousandths);
}

/** The products of an order of which something is left. */
export function productsToHave(lines: readonly OrderLine[], totals: ReadonlyMap<number, number>): Set<string> {
  const left = lines.filter((line) => canBeHad(line, totals.get(line.number) ?? 0));
  return new Set(left.map(({ goods }) => goods.productIri));
}
