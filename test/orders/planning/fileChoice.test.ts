// The products of an order chosen by a file.
import t from "tap";
import { chooseByFile } from "../../../src/orders/planning/fileChoice.ts";

const line = (lineIri: string, name: string, group: string | null = null) => ({ lineIri, name, group });
const listed = (name: string, isActive = true) => ({ name, isActive });
const GOODS = [
  line("l1", "Arance Navel, cassetta"),
  line("l2", "Caffè  «Tatawelo»"),
  line("l3", "Maglia, taglia M", "maglia"),
  line("l4", "Maglia, taglia L", "maglia"),
];

t.test(
  "a file chooses by name as people write names, a product with variants whole, and says what is not on offer",
  async (t) => {
    const chosen = chooseByFile(GOODS, [
      listed("ARANCE NAVEL cassetta"),
      listed("caffe Tatawelo"),
      listed("Maglia"),
      listed("Miele"),
      listed("Miele"),
    ]);
    t.same([...chosen.lineIris], ["l1", "l2", "l3", "l4"]);
    t.same(chosen.unknown, ["Miele"]);
    t.same([...chooseByFile(GOODS, [listed("Maglia, taglia L")]).lineIris], ["l4"]);
  },
);

t.test("what the list has put aside chooses nothing and is not missed", async (t) => {
  t.same(chooseByFile(GOODS, [listed("Caffè Tatawelo", false)]), { lineIris: new Set(), unknown: [] });
});
