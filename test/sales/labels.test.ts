// Labels as values: how many, in which order, what the last package holds.
import t from "tap";
import { countLabels, type LabelLine, lotKey, planLabels } from "../../src/sales/labels.ts";

const goods = (name: string, packageThousandths = 10_000) => ({
  ...{ lineIri: `https://p.example/p/cycles/abc/${name}`, name, sku: null, unit: "kilogram", packageThousandths },
});
const line = (name: string, group: string, kilograms: number): LabelLine => ({
  ...{ goods: goods(name), group, pickup: "Fano", quantityThousandths: kilograms * 1000 },
});

t.test("each package has its label, the last one with what is left, by product and then by group", async (t) => {
  const labels = planLabels(
    [line("Mele", "GAS B", 10), line("Arance", "GAS B", 25), line("Arance", "GAS A", 10)],
    "package",
  );
  const told = labels.map((one) => [
    one.goods.name,
    one.group,
    one.quantityThousandths / 1000,
    `${one.number}/${one.of}`,
  ]);
  t.same(told, [
    ["Arance", "GAS A", 10, "1/1"],
    ["Arance", "GAS B", 10, "1/3"],
    ["Arance", "GAS B", 10, "2/3"],
    ["Arance", "GAS B", 5, "3/3"],
    ["Mele", "GAS B", 10, "1/1"],
  ]);
});

t.test("or one for all a group has of a product; of nothing there is none", async (t) => {
  const lines = [line("Arance", "GAS A", 25), line("Mele", "GAS A", 0)];
  t.same(
    planLabels(lines, "group").map(({ quantityThousandths }) => quantityThousandths),
    [25_000],
  );
  t.equal(countLabels([line("Arance", "GAS A", 1_000_000)], "package"), 100_000, "counted without being made");
});

t.test("the lot's field is named by the goods' address in plain letters", async (t) => {
  t.equal(lotKey("https://p.example/p", goods("1")), "cycles-abc-1");
});
