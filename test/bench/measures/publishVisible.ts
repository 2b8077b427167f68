// From a price saved on a farm's node until the mirror of a group on another node shows it, in ms: the digest and its
// delivery, the signed GET of what changed, the new row. The argument is the percentile: 50 or 95.
import { matchFollows } from "../../../src/catalogs/mirror/actions.ts";
import { startPartner, until } from "../partner.ts";

const PRODUCTS = 60;
const CHANGES = 100;
const WARM_UP = 10;

const percent = Number(process.argv[2] ?? "95");
const { group, farm, close } = await startPartner(PRODUCTS);
const { db, wire } = group.node;
matchFollows(wire);
await group.node.runDue();
const countAtPrice = db.raw
  .prepare(
    "SELECT count(*) FROM mirror_items WHERE is_current = 1 AND product ->> '$.unitPrice.priceTenThousandths' = ?",
  )
  .pluck();
await until(() => countAtPrice.get(25_000) === PRODUCTS);

const timesMs: number[] = [];
for (let change = 0; change < WARM_UP + CHANGES; change++) {
  const price = 30_000 + change * 100;
  const savedAt = await farm.changePrice(price);
  await until(() => countAtPrice.get(price) === 1);
  if (change >= WARM_UP) timesMs.push(performance.timeOrigin + performance.now() - savedAt);
}
await close();
timesMs.sort((one, other) => one - other);
console.log(JSON.stringify({ value: timesMs[Math.ceil((timesMs.length * percent) / 100) - 1] }));
