// What the address of a directory, a search or a list of offers asks for. Pure: an unknown part asks for nothing.
import Type from "typebox";
import type { EntryKind, IndexQuery } from "../index/networkIndex.ts";
import { type Comune, findComune, provinceOf } from "../places/places.ts";

const Text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));

/** The parts an address may have. */
export const WISH_QUERY = {
  kind: Text(20),
  find: Text(80),
  comune: Text(80),
  km: Text(4),
  province: Text(3),
  month: Text(2),
  certification: Text(60),
  category: Text(100),
  after: Text(60),
};

export const DISTANCES_KM = [10, 20, 50, 100] as const;
/** "Near you" where nobody says how near. */
const USUAL_KM = 20;
const PER_PAGE = 24;

/** A read question. `comune` is what was typed, `place` the comune it names; `km` 0 is the comune alone. */
export type Wish = {
  readonly kind: string;
  readonly find: string;
  readonly comune: string;
  readonly place: Comune | null;
  readonly km: number;
  readonly province: string;
  readonly month: number | null;
  readonly certification: string;
  readonly category: string;
  readonly after: string | null;
};

/** What is asked, from the parts of an address. */
export function readWish(query: { readonly [part in keyof typeof WISH_QUERY]?: string }): Wish {
  const { kind = "", find = "", comune = "", km, province = "", month, certification = "", category = "" } = query;
  const number = Number(month);
  const wishedKm = Number(km ?? USUAL_KM);
  return {
    kind,
    find: find.trim(),
    comune: comune.trim(),
    place: findComune(comune) ?? null,
    km: wishedKm === 0 || DISTANCES_KM.some((one) => one === wishedKm) ? wishedKm : USUAL_KM,
    province: provinceOf(province) ? province : "",
    month: Number.isInteger(number) && number >= 1 && number <= 12 ? number : null,
    certification,
    category,
    after: query.after ?? null,
  };
}

/** The address of the same question with some of it changed; the first page unless `after` is given. */
export function addressOf(path: string, wish: Wish, change: Partial<Omit<Wish, "place">> = {}): string {
  const { kind, find, comune, km, province, month, certification, category, after } = {
    ...wish,
    after: null,
    ...change,
  };
  const params = new URLSearchParams();
  const parts = { kind, find, comune, km: comune === "" ? "" : String(km), province, certification, category };
  for (const [name, value] of Object.entries({
    ...parts,
    month: month === null ? "" : String(month),
    after: after ?? "",
  }))
    if (value !== "") params.set(name, value);
  return params.size === 0 ? path : `${path}?${params}`;
}

/** The question as the index takes it. */
export function toQuery(wish: Wish, of: { groupId: string; kinds: readonly EntryKind[]; now: number }): IndexQuery {
  const { find, place, km, province, month, certification, category, after } = wish;
  return {
    ...of,
    limit: PER_PAGE,
    after,
    ...(find === "" ? {} : { find }),
    ...(place === null ? {} : km === 0 ? { comune: place.istat } : { near: { ...place, km } }),
    ...(province === "" ? {} : { province }),
    ...(month === null ? {} : { month }),
    ...(certification === "" ? {} : { certification }),
    ...(category === "" ? {} : { category }),
  };
}

/** Whether anything narrows the list. */
export function isNarrowed({ find, comune, province, month, certification, category }: Wish): boolean {
  return [find, comune, province, certification, category].some((part) => part !== "") || month !== null;
}
