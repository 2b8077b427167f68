// A list of products as its address asks for it: words, a chip, a category, a page.
import type { Tx } from "../db/transact.ts";
import { plainText } from "./listing.ts";
import type { Product } from "./product.ts";
import { type ListWish, listCurrentProducts, loadProductBySlug } from "./store.ts";

const PAGE = 50;

/** What a list's address says; anything else in it is left aside. */
export function readListQuery(query: unknown): {
  search?: string;
  category?: string;
  after?: string;
  show?: "offered" | "paused";
} {
  const said = query as Record<string, unknown>;
  const text = (name: string, limit: number) => {
    const value = said[name];
    return typeof value === "string" && value !== "" ? { [name]: value.slice(0, limit) } : {};
  };
  const show = said.show === "offered" || said.show === "paused" ? { show: said.show as "offered" | "paused" } : {};
  return { ...text("search", 100), ...text("category", 200), ...text("after", 120), ...show };
}

/** A page of an actor's products by name, and the `after` of the next one: the last product's address word. */
export function listPage(
  tx: Tx,
  actorId: string,
  { after, ...wish }: Omit<ListWish, "after" | "limit"> & { after?: string },
): { products: Product[]; next: string | null } {
  const last = after === undefined ? undefined : loadProductBySlug(tx, actorId, after);
  const from = last ? { after: { sortName: plainText(last.facts.name), id: last.id } } : {};
  const found = listCurrentProducts(tx, actorId, { ...wish, ...from, limit: PAGE + 1 });
  const products = found.slice(0, PAGE);
  return { products, next: found.length > PAGE ? products.at(-1)!.slug : null };
}
