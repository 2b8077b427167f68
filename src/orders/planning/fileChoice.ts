// The products of an order chosen by a file: which of what is on offer its list names, and what of the list is not on offer. Pure.
import { foldText } from "../../kernel/foldText.ts";
import type { Goods } from "../order.ts";

/** What a file chooses: lines on offer by their IRIs, and the names of its list that are none of them, each once. */
export type FileChoice = { readonly lineIris: ReadonlySet<string>; readonly unknown: readonly string[] };

/**
 * Compares by name, as people do: accents, capitals and punctuation are no difference. A product with variants, each a line of its own
 * ("Maglia, taglia M"), is chosen whole by its own name. What the list says is not active chooses nothing.
 */
export function chooseByFile(
  goods: readonly Pick<Goods, "lineIri" | "name" | "group">[],
  listed: readonly { readonly name: string; readonly isActive: boolean }[],
): FileChoice {
  const byName = Map.groupBy(goods, ({ name }) => foldText(name));
  const variants = Map.groupBy(
    goods.filter(({ group }) => group !== null),
    ({ name }) => foldText(name.split(",")[0] ?? name),
  );
  const lineIris = new Set<string>();
  const unknown = new Set<string>();
  for (const { name } of listed.filter(({ isActive }) => isActive)) {
    const key = foldText(name);
    const found = byName.get(key) ?? variants.get(key) ?? [];
    for (const { lineIri } of found) lineIris.add(lineIri);
    if (found.length === 0) unknown.add(name);
  }
  return { lineIris, unknown: [...unknown] };
}
