// How a row of the booking page speaks of steps and packages.
import t from "tap";
import { tellBooked, tellStep } from "../../../src/orders/booking/bookLinePages.ts";
import { formats } from "../../../src/web/format.ts";
import type { PageContext } from "../../../src/web/page.ts";
import { words } from "../../../src/web/words.ts";
import { line } from "../oranges.ts";

const c = { say: words("it"), language: "it", format: formats("it") } as PageContext;
const basket = (rules = {}) =>
  line(
    1,
    { name: "Cestino di fragole", unitCode: "GRM", packageThousandths: 750_000, packagePriceCents: 400 },
    { stepThousandths: 750_000, minThousandths: 0, ...rules },
  );

t.test("what goes by the basket is spoken of in baskets, whatever unit its list counts in", async (t) => {
  t.equal(tellStep(c, basket()), "A confezioni da 750 g");
  t.equal(tellStep(c, basket({ minThousandths: 1_500_000 })), "Da 1.500 g in su, a confezioni da 750 g");
  t.match(tellBooked(c, { quantityThousandths: 1_500_000 }, basket()), /1\.500 g \(2 confezioni\), 8,00/);
  t.match(tellBooked(c, { quantityThousandths: 750_000 }, basket()), /750 g \(una confezione\), 4,00/);
});

t.test("what goes by weight or by the piece is spoken of in its steps", async (t) => {
  t.equal(tellStep(c, basket({ stepThousandths: 250_000 })), "A multipli di 250 g");
  t.notMatch(tellBooked(c, { quantityThousandths: 250_000 }, basket({ stepThousandths: 250_000 })), /confezion/);
  const jar = line(2, { unitCode: "H87", packageThousandths: 1000 }, { stepThousandths: 1000, minThousandths: 0 });
  t.match(tellStep(c, jar), /^A multipli di 1 /);
  t.notMatch(tellBooked(c, { quantityThousandths: 2000 }, jar), /confezion/);
});
