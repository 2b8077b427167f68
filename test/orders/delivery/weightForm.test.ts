import t from "tap";
import { portionField, readPortionField, readWeights, writeWeights } from "../../../src/orders/delivery/weightForm.ts";

const ROSSI = "r".repeat(26);
const ZIA = "z".repeat(26);

t.test("a field names the portion it was made for, the household's own or a friend's", async (t) => {
  const own = { lineNumber: 3, householdId: ROSSI, friendId: null };
  const friends = { lineNumber: 9999, householdId: ROSSI, friendId: ZIA };
  t.equal(portionField(own), `3-${ROSSI}-x`);
  t.equal(portionField(friends), `9999-${ROSSI}-${ZIA}`);
  for (const portion of [own, friends]) t.same(readPortionField(portionField(portion)), portion);
});

t.test("a field that nobody's page could have sent names no portion", async (t) => {
  const forged = [
    ...["", "x", `3-${ROSSI}`, `-${ROSSI}-x`, `3-${ROSSI}-y`, `12345-${ROSSI}-x`, `3-${ROSSI.toUpperCase()}-x`],
    ...[`3-${ROSSI}-x\n`, ` 3-${ROSSI}-x`, `3-${ROSSI}-${ZIA}-${ZIA}`, `3-${"1".repeat(26)}-x`],
  ];
  for (const name of forged) t.equal(readPortionField(name), null, JSON.stringify(name));
  for (const name of [`0-${ROSSI}-x`, `03-${ROSSI}-x`])
    t.equal(readPortionField(name), null, `${name}: lines count from 1, and one portion has one name`);
});

t.test("weights are read as they are called out at the scales, with comma or point", async (t) => {
  t.same(readWeights("1,2 0,8"), [1200, 800]);
  t.same(readWeights("0,312 + 0,298"), [312, 298]);
  t.same(readWeights(" 1.250;2\n+3,5 "), [1250, 2000, 3500]);
  t.same(readWeights("0"), [0], "weighed, and nothing came");
  t.same(readWeights("  "), [], "not weighed yet");
});

t.test("one weight that is no number spoils the field, so that no part of it is booked by mistake", async (t) => {
  for (const text of ["1,2 un po'", "1,2 -0,3", "1,2kg", "1,2,3", "1e3"]) t.equal(readWeights(text), null, text);
});

t.test("one field sums a hundred weights and not one more", async (t) => {
  t.same(readWeights("0,1 ".repeat(100)), Array(100).fill(100));
  t.equal(readWeights("0,1 ".repeat(101)), null);
});

t.test(
  "a field shows the weights one by one, the amount where pieces were not weighed, and else nothing",
  async (t) => {
    t.equal(writeWeights({ deliveredThousandths: 610, weights: [312, 298] }), "0,312 + 0,298");
    t.equal(writeWeights({ deliveredThousandths: 1500, weights: null }), "1,5");
    t.equal(writeWeights({ deliveredThousandths: 2000, weights: [] }), "2");
    t.equal(writeWeights({ deliveredThousandths: 0, weights: null }), "0", "counted: none came");
    t.equal(writeWeights({ deliveredThousandths: null, weights: null }), "");
    t.same(readWeights(writeWeights({ deliveredThousandths: 610, weights: [312, 298] })), [312, 298]);
  },
);
