// The file with a person's data, piece by piece: JSON, with what each part is, why and how long it is kept. Pure. Art. 15, 20 GDPR, C51.
import { PERSONAL_TABLES, type PersonalTable } from "./dataMap.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Where the parts come from. `describe` gives the words of a key below `privacy`, periods filled in. */
export type PersonSource = {
  readonly describe: (key: string) => string;
  readonly rowsOf: (table: PersonalTable) => Rows;
  readonly names: () => { readonly orders: Rows; readonly lines: Rows };
};

/**
 * `{ format, node, person, madeAt, data: { <table>: { what, why, kept, rows } }, names: { orders, lines } }`. One table is read at a time;
 * tables with nothing of the person are left out. Times are epoch ms, amounts cents, quantities thousandths of the unit.
 */
export function* writePersonFile(
  head: { readonly origin: string; readonly personId: string; readonly at: number },
  source: PersonSource,
): Generator<string> {
  const { origin, personId, at } = head;
  const first = { format: "filiera-person/1", node: origin, person: personId, madeAt: new Date(at).toISOString() };
  const units = { at: "epoch ms", cents: "EUR 0.01", thousandths: "unit / 1000" };
  yield `${JSON.stringify({ ...first, units }).slice(0, -1)},\n"data":{`;
  let isFirst = true;
  for (const map of PERSONAL_TABLES) {
    const rows = source.rowsOf(map);
    if (rows.length === 0) continue;
    const what = source.describe(`data.${map.table}`);
    const [why, kept] = [source.describe(`why.${map.why}.text`), source.describe(`kept.${map.kept}`)];
    yield `${isFirst ? "" : ","}\n${JSON.stringify(map.table)}:${JSON.stringify({ what, why, kept, rows })}`;
    isFirst = false;
  }
  yield `},\n"names":${JSON.stringify(source.names())}}\n`;
}
