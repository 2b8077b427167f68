// Long lists: what is found, what is narrowed, how it is cut.
import t from "tap";
import { listQuery, matchesText, sift } from "../../src/web/lists.ts";

const PRODUCTS = ["Caffè del Perù", "Pecorino di fossa", "Perché no? (biscotti)", "Pere Angélys"];
const text = (name: string) => name;

t.test("a search finds words however they are accented or capitalised", async (t) => {
  t.same(sift(PRODUCTS, { find: "perche" }, { text }).items, ["Perché no? (biscotti)"]);
  t.same(sift(PRODUCTS, { find: "CAFFE" }, { text }).items, ["Caffè del Perù"]);
  t.same(sift(PRODUCTS, { find: "fossa pecor" }, { text }).items, ["Pecorino di fossa"], "words in any order");
  t.same(sift(PRODUCTS, { find: "  " }, { text }).total, 4, "nothing is asked");
  t.equal(matchesText("Olio extravergine", "aceto"), false);
});

t.test("a chip narrows what was found and says how many it would leave", async (t) => {
  const chips = {
    sweet: (name: string) => name.includes("biscotti"),
    fruit: (name: string) => name.startsWith("Pere"),
  };
  const sifted = sift(PRODUCTS, { find: "per", only: "fruit" }, { text, chips });
  t.same(sifted.items, ["Pere Angélys"]);
  t.same(
    [...sifted.counts],
    [
      ["sweet", 1],
      ["fruit", 1],
    ],
  );
  t.equal(sifted.all, 3);
  t.equal(sift(PRODUCTS, { only: "constructor" }, { text, chips }).total, 4, "a chip nobody made narrows nothing");
});

t.test("a long list is cut into pages, and a page beyond the last is the last", async (t) => {
  const long = Array.from({ length: 101 }, (_, i) => `n${i}`);
  const last = sift(long, { page: 9 }, { text });
  t.same([last.items, last.page, last.pages, last.total], [["n100"], 3, 3, 101]);
  t.same(sift([], { page: 2 }, { text }).pages, 1);
});

t.test("the ways through a list keep what was asked", async (t) => {
  t.equal(
    listQuery({ find: "per&", only: "fruit" }, { page: 2 }, { friend: "anna" }),
    "?friend=anna&find=per%26&only=fruit&page=2",
  );
  t.equal(listQuery({ find: "", only: "fruit" }, { only: "" }), "");
  t.equal(listQuery({ find: "a", only: "" }, { page: 1 }), "?find=a");
});
