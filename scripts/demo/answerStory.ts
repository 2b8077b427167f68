// The farm answers: there is less oil than was asked. One group agrees by what it has stated, the other by a person; then
// both sides hold the same contract, and each proves it from its own disk.
import { isDeepStrictEqual } from "node:util";
import { act, lastLetter, seeOnce } from "./disaster.ts";
import { OIL, TINS } from "./groups.ts";
import { findProduct, nameOf, type OrderTold } from "./orderStory.ts";
import type { Stage } from "./story.ts";

type Product = { readonly iri: string; readonly name: string };

/** With `kills` the farm dies after writing its second answer, and a group after agreeing. */
export async function answerShort(stage: Stage, orders: readonly OrderTold[], kills: boolean): Promise<void> {
  const { say, format, fact } = stage.teller;
  const [{ farm, cycle }] = orders as [OrderTold];
  const oil = await findProduct(farm, OIL);
  fact(say.pressedLess(farm.name, format.count(TINS), oil.name));
  const there = { handle: farm.handle, cycleId: cycle.cycleId, productIri: oil.iri, pieces: TINS };
  await farm.home.ask("setAvailability", there);
  for (const order of orders) {
    const isByHand = order.group.acceptShortPercent === 100;
    const before = await lastLetter(farm);
    await propose(stage, order, oil, kills && isByHand);
    if (kills && isByHand) await seeOnce(stage, farm, order.gas.home, before);
    if (isByHand) await agreeByHand(stage, order, oil, kills);
    await seeAgreed(stage, order);
    await seeShares(stage, order, oil);
  }
}

/** The farm gives this group fewer tins than it asked for. */
async function propose(stage: Stage, order: OrderTold, oil: Product, dies: boolean): Promise<void> {
  const { say, format, fact } = stage.teller;
  const { farm, gas, group, orderId } = order;
  const { lines, thread, offer } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
  const { goods } = lines.find((line) => line.goods.productIri === oil.iri)!;
  const asked = offer?.lines.find(({ lineIri }) => lineIri === goods.lineIri)?.quantityThousandths ?? 0;
  const [tins, of] = [group.tins, asked / goods.packageThousandths].map((count) => format.count(count));
  fact(say.proposes(farm.name, gas.name, tins!, of!));
  const wishes = [{ lineIri: goods.lineIri, quantityThousandths: group.tins * goods.packageThousandths }];
  const wish = { handle: farm.handle, thread: thread ?? "", wishes, note: say.shortNote, diesAfter: dies };
  await act(stage, farm, dies, () => farm.home.ask("proposeLess", wish));
}

async function agreeByHand(stage: Stage, order: OrderTold, oil: Product, dies: boolean): Promise<void> {
  const { say, fact, see } = stage.teller;
  const { gas, group, orderId, farm } = order;
  const { handle } = gas;
  await see(say.waitsForPerson(gas.name, nameOf(group.referente)), async () => {
    const { needsPerson, reasons } = await gas.home.ask("showOrder", { handle, orderId });
    return needsPerson === "counter" && reasons.length > 0 && reasons.every(({ why }) => why === "too-short");
  });
  fact(say.decides(nameOf(group.referente), oil.name));
  const before = await lastLetter(gas);
  const wish = { handle, orderId, email: group.referente, diesAfter: dies };
  await act(stage, gas, dies, () => gas.home.ask("takeCounter", wish));
  if (dies) await seeOnce(stage, gas, farm.home, before);
}

/** Both databases hold the second revision, accepted, with the same lines. */
async function seeAgreed({ teller }: Stage, { gas, farm, group, orderId }: OrderTold): Promise<void> {
  const { say, see } = teller;
  const isByHand = group.acceptShortPercent === 100;
  const told = isByHand ? say.agreedByHand(gas.name, farm.name) : say.agreedByPolicy(gas.name, farm.name);
  await see(told, async () => {
    const { agreement, thread, state } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
    if (agreement?.revision !== 2 || state !== "confirmed") return false;
    const sale = await farm.home.ask("showSale", { handle: farm.handle, thread: thread ?? "" });
    return sale?.agreed?.revision === 2 && isDeepStrictEqual(sale.agreed.lines, agreement.lines);
  });
}

/** Who gets how many tins, by the rule that was stated before: together what was agreed. */
async function seeShares({ teller }: Stage, { gas, group, orderId }: OrderTold, oil: Product): Promise<void> {
  const { say, format, see } = teller;
  const wish = { handle: gas.handle, orderId, productIri: oil.iri };
  const { lines } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
  const tin = lines.find(({ goods }) => goods.productIri === oil.iri)!.goods.packageThousandths;
  const portions = await gas.home.ask("showPortions", wish);
  const shares = portions.map(
    ({ name, allocatedThousandths }) => `${name} ${format.count(allocatedThousandths / tin)}`,
  );
  const sum = portions.reduce((sum, { allocatedThousandths }) => sum + allocatedThousandths, 0);
  await see(say.shared(format.list(shares)), async () => sum === group.tins * tin);
}

/** The contract of each order, checked by each side from its own disk. */
export async function showContracts({ teller }: Stage, orders: readonly OrderTold[]): Promise<void> {
  const { say, format, see, line } = teller;
  for (const { gas, farm, orderId } of orders) {
    const { thread } = await gas.home.ask("showOrder", { handle: gas.handle, orderId });
    const ours = await gas.home.ask("checkContract", { handle: gas.handle, thread: thread ?? "" });
    const theirs = await farm.home.ask("checkContract", { handle: farm.handle, thread: thread ?? "" });
    const text = ours?.inForce;
    const told = say.contract(gas.name, farm.name, format.count(ours?.said.length ?? 0));
    await see(told, async () => {
      const isSame = isDeepStrictEqual(ours?.digests, theirs?.digests) && isDeepStrictEqual(text, theirs?.inForce);
      return ours?.holds === true && theirs?.holds === true && isSame && text?.buyerHash === text?.sellerHash;
    });
    if (!text) continue;
    line(`      ${say.textInForce(format.count(text.revision), format.money(text.totalCents))}`);
    for (const { says, message } of [
      { says: say.signedBy(gas.name), message: text.offer },
      { says: say.signedBy(farm.name), message: text.accept },
    ])
      line(`      ${says.padEnd(36)} ${message.publicKeyMultibase ?? "?"}`);
    line(`      ${say.oneHash.padEnd(36)} ${text.buyerHash}`);
  }
}
