// How counts move: many changes of one fact are one move, and what came and went is none.
import t from "tap";
import { contactsOf, isSummed, makeTallies } from "../../../src/network/index/tallies.ts";

t.test(
  "entries in and out make one move of each source, fact and kind, and none where they outweigh each other",
  async (t) => {
    const tallies = makeTallies();
    const flour = {
      counted: [
        ["category", "farine di grano"],
        ["month", "9"],
      ],
      kind: "product",
    } as const;
    tallies.add(1, flour, 1);
    tallies.add(1, flour, 1);
    tallies.add(2, flour, -1);
    tallies.add(1, { ...flour, counted: [["point", "1:2"]] }, 1);
    tallies.add(1, { ...flour, counted: [["point", "1:2"]] }, -1);
    const moves = tallies.list();
    t.same(
      moves.map(({ sourceNo, fact, value, kind, by }) => [sourceNo, fact, value, kind, by]),
      [
        [1, "category", "farine di grano", "product", 2],
        [1, "month", "9", "product", 2],
        [2, "category", "farine di grano", "product", -1],
        [2, "month", "9", "product", -1],
      ],
    );
    t.same(moves.map(isSummed), [true, false, true, false], "nobody asks a group for its months");
    tallies.clear();
    t.same(tallies.list(), []);
  },
);

t.test("a source answered when the latest of its entries was read", async (t) => {
  const read = [5, 9, 7].map((readAt) => ({ sourceId: "a", readAt }));
  t.same(
    [...contactsOf([...read, { sourceId: "b", readAt: 1 }])],
    [
      ["a", 9],
      ["b", 1],
    ],
  );
});
