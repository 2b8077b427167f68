// Long lists: found by a word however it is accented, narrowed by chips, cut into pages. Pure, but for how it is drawn in parts.ts.

import Type from "typebox";
import { foldText } from "../kernel/foldText.ts";

/** What a list's address may ask. Put it into a route's own query schema with `...LIST_QUERY`. */
export const LIST_QUERY = {
  find: Type.Optional(Type.String({ maxLength: 80 })),
  only: Type.Optional(Type.String({ maxLength: 40 })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 9999 })),
};

/** A read LIST_QUERY. */
export type ListQuery = { readonly find?: string; readonly only?: string; readonly page?: number };

/** One page of a list: what matched (`total`), what is shown of it, and how many there are of each chip among what was found. */
export type Sifted<T> = {
  readonly items: readonly T[];
  readonly total: number;
  readonly all: number;
  readonly page: number;
  readonly pages: number;
  readonly find: string;
  readonly only: string;
  readonly counts: ReadonlyMap<string, number>;
};

const PAGE_SIZE = 50;

/** Whether every word of `find` begins a word of `text` or stands inside it, accents and case apart. Nothing finds all. */
export function matchesText(text: string, find: string): boolean {
  const folded = foldText(text);
  return foldText(find)
    .split(" ")
    .every((word) => folded.includes(word));
}

/**
 * Finds, narrows and cuts a list. `text` is what of an item is searched; `chips` are tests by name, of which `only` picks one
 * (an unknown name narrows nothing). A page beyond the last is the last.
 */
export function sift<T>(
  list: readonly T[],
  query: ListQuery,
  how: {
    readonly text: (item: T) => string;
    readonly chips?: Readonly<Record<string, (item: T) => boolean>>;
    readonly size?: number;
  },
): Sifted<T> {
  const { text, chips = {}, size = PAGE_SIZE } = how;
  const find = query.find ?? "";
  const found = find === "" ? list : list.filter((item) => matchesText(text(item), find));
  const counts = new Map(Object.entries(chips).map(([name, test]) => [name, found.filter(test).length]));
  const only = query.only !== undefined && Object.hasOwn(chips, query.only) ? query.only : "";
  const kept = only === "" ? found : found.filter(chips[only]!);
  const pages = Math.max(1, Math.ceil(kept.length / size));
  const page = Math.min(query.page ?? 1, pages);
  const items = kept.slice((page - 1) * size, page * size);
  return { items, total: kept.length, all: found.length, page, pages, find, only, counts };
}

/** The query of a list's address with some of its parts changed; "" asks for nothing. Other parameters of the page in `keep`. */
export function listQuery(
  { find, only }: Pick<Sifted<unknown>, "find" | "only">,
  change: { readonly only?: string; readonly page?: number } = {},
  keep: Readonly<Record<string, string>> = {},
): string {
  const params = new URLSearchParams(keep);
  if (find !== "") params.set("find", find);
  const wanted = change.only ?? only;
  if (wanted !== "") params.set("only", wanted);
  if (change.page !== undefined && change.page > 1) params.set("page", String(change.page));
  return params.size === 0 ? "" : `?${params}`;
}
