// A price changes and a product goes: digest, mirror, tombstone; and, if asked, a node that dies in between.
import { priceBy } from "./pactStory.ts";
import type { Part, Stage } from "./story.ts";

const OIL = { handle: "fattoria", sku: "OLI-02" };
const OIL_PRICE = 720_000;
const PERSIMMONS = { handle: "fattoria", sku: "FRU-04" };
const BUYERS = ["gas-valle", "gas-costa"];

export async function changePrice(stage: Stage, kills: boolean): Promise<void> {
  const { teller, part } = stage;
  const { say, format, fact, see } = teller;
  const farm = part(OIL.handle);
  const before = await farm.home.ask("showProduct", OIL);
  fact(say.raised(farm.name, before.name, format.unitPrice(before.priceTenThousandths), format.unitPrice(OIL_PRICE)));
  const wish = { ...OIL, priceTenThousandths: OIL_PRICE, diesAfter: kills };
  if (kills) await dieAndWake(stage, farm, () => farm.home.ask("changePrice", wish));
  else await farm.home.ask("changePrice", wish);
  for (const gas of BUYERS.map(part)) {
    const cents = await priceBy(gas, farm, OIL_PRICE);
    await see(say.repriced(gas.name, format.money(cents)), async () => {
      const item = await showItem(gas, farm, before.id);
      return item?.priceCents === cents && item.version > 1;
    });
  }
}

export async function withdrawProduct({ teller, part }: Stage): Promise<void> {
  const { say, fact, see } = teller;
  const farm = part(PERSIMMONS.handle);
  const product = await farm.home.ask("showProduct", PERSIMMONS);
  const { count } = await farm.home.ask("countProducts", { handle: farm.handle });
  fact(say.removed(farm.name, product.name));
  await farm.home.ask("withdrawProduct", PERSIMMONS);
  for (const gas of BUYERS.map(part))
    await see(say.gone(gas.name), async () => {
      const wish = { handle: gas.handle, producerIri: farm.iri, itemId: product.id };
      const mirror = await gas.home.ask("showMirror", wish);
      return mirror?.item?.isGone === true && mirror.count === count - 1;
    });
}

async function showItem(gas: Part, farm: Part, itemId: string) {
  const wish = { handle: gas.handle, producerIri: farm.iri, itemId };
  return (await gas.home.ask("showMirror", wish))?.item ?? null;
}

/** The node is killed between the commit and the first byte on its way, and starts again on what its disk has. */
async function dieAndWake({ homes, teller }: Stage, farm: Part, act: () => Promise<unknown>): Promise<void> {
  const { say, format, see } = teller;
  const pid = farm.home.pid();
  const letters = await farm.home.ask("listLetters", { after: 0 });
  const last = letters.at(-1)?.rowId ?? 0;
  const dead = farm.home.whenDead();
  await act().catch(() => {});
  await see(say.killed(farm.name, pid), async () => (await dead) === "SIGKILL");
  const owed = await farm.home.start();
  await see(say.woken(farm.name, format.count(owed)), async () => owed > 0);
  const receivers = Object.values(homes).filter(({ key }) => key !== "farm");
  await see(say.once(format.count(owed)), async () => {
    const rows = await farm.home.ask("listLetters", { after: last });
    const arrivals = await Promise.all(
      rows.map(async ({ activityId, inbox }) => {
        const home = receivers.find(({ origin }) => inbox.startsWith(`${origin}/`));
        return (await home?.ask("listArrivals", { activityId }))?.length;
      }),
    );
    return rows.length === owed && rows.every(({ state }) => state === "delivered") && arrivals.every((n) => n === 1);
  });
}
