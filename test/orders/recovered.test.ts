// An order that a restore forgot, rebuilt from what was sent of it.
import t from "tap";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { amountOf, moveOrder } from "../../src/orders/order.ts";
import { type Remains, recoverOrder } from "../../src/orders/recovered.ts";
import type { AgreedLine } from "../../src/partners/threads/agreement.ts";
import { CLOSING, goods } from "./oranges.ts";

const ORANGES: AgreedLine = {
  lineIri: goods().lineIri,
  unit: "kilogram",
  quantityThousandths: 70_000,
  amountCents: 12_251,
};
const JARS: AgreedLine = {
  lineIri: "https://p.example/c/12/9",
  unit: "one",
  quantityThousandths: 7000,
  amountCents: 6299,
};
const remains = (change: Partial<Remains> = {}): Remains => ({
  id: "o",
  actorId: "https://g.example/g",
  producerId: "https://p.example/p",
  cycleIri: "https://p.example/c/12",
  name: "Ordine ritrovato",
  goods: [],
  now: CLOSING + 61_234,
  ...change,
});

t.test("A33 an order made after the backup stands again closed, on the minute, and can be taken as sent", async (t) => {
  const order = recoverOrder([ORANGES], remains());
  t.match(order, {
    id: "o",
    producerId: "https://p.example/p",
    name: "Ordine ritrovato",
    state: "closed",
    revision: 0,
  });
  t.equal(order.closesAt, CLOSING + 60_000);
  t.equal(order.closedAt, CLOSING + 60_000);
  t.equal(order.createdAt, CLOSING + 61_234);
  t.same(order.pickups, [], "where it would be handed out is not invented");
  const sent = moveOrder({ ...order, thread: "https://g.example/g/threads/1" }, "sent", "system", CLOSING + 61_234);
  t.notOk(isRefusal(sent));
});

t.test("A33 goods of which a copy is left come back as they were, with their package and price", async (t) => {
  const known = goods({ name: "Arance Navel" });
  const [line] = recoverOrder(
    [ORANGES],
    remains({ goods: [goods({ lineIri: "https://p.example/c/12/1" }), known] }),
  ).lines;
  t.equal(line!.goods, known);
  t.match(line!.rules, { stepThousandths: 1000, caseMode: "warn" }, "a crate is shared by the kilogram");
});

t.test(
  "A33 goods of which nothing is known stand under their address at exactly the price that was sent",
  async (t) => {
    const order = recoverOrder([ORANGES, JARS], remains());
    t.same(
      order.lines.map(({ number, goods }) => [number, goods.name, goods.unitCode, goods.wireUnit]),
      [
        [1, ORANGES.lineIri, "KGM", "kilogram"],
        [2, JARS.lineIri, "H87", "one"],
      ],
    );
    for (const [place, sent] of [ORANGES, JARS].entries())
      t.equal(amountOf(sent.quantityThousandths, order.lines[place]!.goods), sent.amountCents);
  },
);

t.test(
  "A33 a unit that this node does not know is counted in pieces and keeps its word for the producer",
  async (t) => {
    const [line] = recoverOrder([{ ...JARS, unit: "bushel" }], remains()).lines;
    t.match(line!.goods, { unitCode: "H87", wireUnit: "bushel" });
  },
);

t.test("A33 of an address longer than a name may be, the end that tells lines apart is shown", async (t) => {
  const lineIri = `https://p.example/${"lungo/".repeat(60)}7`;
  const [line] = recoverOrder([{ ...JARS, lineIri }], remains()).lines;
  t.equal(line!.goods.lineIri, lineIri);
  t.equal(line!.goods.name.length, 200);
  t.ok(line!.goods.name.endsWith("/7"));
});
