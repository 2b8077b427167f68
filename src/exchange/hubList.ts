// The list of a GDXP hub, as GASdotto and PortAlGas ask for it: who has a price list here, and since when. DOMAIN.md 6.4.

/** A supplier on the hub. `no` is its number for ever; `changedOn` a day in Italy, "YYYY-MM-DD". */
export type HubRow = {
  readonly no: number;
  readonly name: string;
  readonly vat: string;
  readonly locality: string;
  readonly changedOn: string;
};

/** The answer of `/api/list`. GASdotto compares `lastchange` with the day of its last import, and sorts by name itself. */
export function writeHubList(rows: readonly HubRow[]): string {
  const results = rows.map(({ no, name, vat, locality, changedOn }) => ({
    ...{ id: no, name, vat, locality, lastchange: changedOn },
  }));
  return `${JSON.stringify({ count: results.length, results })}\n`;
}
