// The attacker who has everything a month tells, knows every price, and works out by sums and differences what he can.
import fc from "fast-check";
import t from "tap";
import { type Cell, type Share, type Shown, SMALLEST, suppress } from "../../src/kernel/cells.ts";

const PRIME = 67_108_859;

const take = (member: number, delivered: number, rest: Partial<Share> = {}): Share => {
  const { price = 2, seller = "farm", ordered = delivered } = rest;
  return { member: `family ${member}`, seller, price, ordered, delivered, cents: price * delivered };
};
/** So many families who each take the same, from three sellers in turn at three prices. */
const many = (families: number, first = 1): Share[] =>
  Array.from({ length: families }, (_, n) => take(first + n, 10, { seller: `farm ${n % 3}`, price: 1 + (n % 3) }));
const ofOne = (shares: Share[]) => shares.map((share) => ({ ...share, seller: "farm" }));
const keysOf = (shown: Shown | null) => shown?.cells.map(({ key }) => key);

t.test("of four families nothing is told", async (t) => {
  t.equal(suppress([]), null);
  t.equal(suppress([{ key: "wine", shares: many(SMALLEST - 1) }]), null);
  t.same(keysOf(suppress([{ key: "wine", shares: ofOne(many(SMALLEST)) }])), ["wine"]);
});

t.test("I20 what one family took of another farm is not told to the farm that handed over all the rest", async (t) => {
  const honeyOf = (sellers: string) =>
    [...sellers].map((seller, n) => take(n + 1, 10, { seller: `farm ${seller}`, price: 1 }));
  const told = (sellers: string) => suppress([{ key: "honey", shares: honeyOf(sellers) }]);
  t.match(told("AAAAAB"), { cells: [], cents: null }, "sixty less its own fifty");
  t.match(told("AAAAABBC"), { cells: [], cents: null }, "three families are left to farm A");
  t.match(told("AAAAABBBBB"), { cells: [{ key: "honey", delivered: 100 }] });
  t.match(told("AAABBBCCC"), { cells: [{ key: "honey", cents: 90 }], cents: 90 });
  t.match(told("AAAAAA"), { cells: [{ key: "honey", delivered: 60 }] }, "nobody is left");
  const some = honeyOf("AAAAAABBBBBB");
  const short = some.map((share, n) => (n % 6 === 0 || n < 4 ? { ...share, ordered: 12 } : share));
  t.equal(suppress([{ key: "honey", shares: short }])?.cells[0]?.ordered, null, "one family of farm B did not get it");
  t.equal(
    suppress([{ key: "honey", shares: some.map((share) => ({ ...share, ordered: 12 })) }])?.cells[0]?.ordered,
    144,
  );
});

t.test("I20 a total is not told where one of its farms is left with what one family paid another", async (t) => {
  const others = suppress([
    { key: "bread", shares: many(9) },
    { key: "oil", shares: ofOne(many(8)).map((share, n) => ({ ...share, seller: n === 0 ? "mill" : "press" })) },
  ]);
  t.same(keysOf(others), [], "bread would leave the press with what the mill sold to one");
  t.ok(others?.cents);
  const honey = many(9).map((share, n) => ({ ...share, price: n === 1 ? 3 : 2, cents: n === 1 ? 30 : 20 }));
  const oil = many(6).map((share, n) => ({ ...share, seller: "farm 0", delivered: n === 0 ? 9000 : 10, cents: 20 }));
  const beside = suppress([
    { key: "honey", shares: honey },
    { key: "oil", shares: oil },
  ]);
  t.match(beside, { cells: [{ key: "honey", cents: null }], cents: null }, "the farm knows all the oil there was");
});

t.test("a cell of four families is nowhere, and the one beside it that would tell it neither", async (t) => {
  const month = [
    { key: "bread", shares: many(20) },
    { key: "cheese", shares: many(12) },
    { key: "honey", shares: many(4, 5) },
    { key: "wine", shares: many(9) },
  ];
  const shown = suppress(month);
  t.same(keysOf(shown), ["bread", "cheese"], "the smallest neighbour, wine, is kept back with honey");
  t.equal(shown?.isWithheld, true);
  t.ok((shown?.cents ?? 0) > 0, "the total is told");
  t.same(keysOf(suppress(month.slice(0, 2))), ["bread", "cheese"]);
  t.equal(suppress(month.slice(0, 2))?.isWithheld, false);
});

t.test("of two that are as small the first by name is kept back", async (t) => {
  const month = ["wine", "bread", "oil"].map((key) => ({ key, shares: many(9) }));
  t.same(keysOf(suppress([...month, { key: "tea", shares: many(1) }])), ["oil", "wine"]);
});

t.test("where no total is told nothing has to be kept back beside what is small", async (t) => {
  const shown = suppress([
    { key: "bread", shares: ofOne(many(9)) },
    { key: "honey", shares: ofOne(many(1)) },
  ]);
  t.same(keysOf(shown), ["bread"]);
  t.equal(shown?.cents, null, "one seller's takings");
  t.equal(shown?.sellers, 1);
  t.equal(shown?.cells[0]?.cents, null);
});

t.test("a family that takes nearly all of a thing is not seen through it", async (t) => {
  const some = many(5).map((share) => ({ ...share, seller: "a" }));
  t.same(keysOf(suppress([{ key: "meat", shares: [...some, take(9, 10_000)] }])), [], "all but nearly nothing is hers");
  const [first, second] = [take(1, 85), take(2, 12)];
  const crumbs = [3, 4, 5].map((member) => take(member, 1));
  t.same(keysOf(suppress([{ key: "meat", shares: [first, second, ...crumbs] }])), [], "the second knows the first's");
  const dear = many(6).map((share, n) => (n === 0 ? { ...share, price: 99, cents: 990 } : share));
  t.same(keysOf(suppress([{ key: "spice", shares: dear }])), [], "as much as the others, and far dearer");
  t.same(keysOf(suppress([{ key: "meat", shares: [...crumbs, ...many(5, 6), first, take(2, 12)] }])), ["meat"]);
});

t.test("what was ordered is told where what came is another thing for many or for nobody", async (t) => {
  const orderedOf = (short: number) => {
    const shares = ofOne(many(9)).map((share, n) => (n < short ? { ...share, ordered: share.delivered + 2 } : share));
    return suppress([{ key: "bread", shares }])?.cells[0]?.ordered;
  };
  t.equal(orderedOf(0), 90);
  t.equal(orderedOf(1), null, "whoever did not come would be told");
  t.equal(orderedOf(4), null);
  t.equal(orderedOf(5), 100);
  const added = many(9).map((share, n) => (n === 0 ? share : { ...share, ordered: 0 }));
  t.equal(
    suppress([{ key: "bread", shares: added }])?.cells[0]?.ordered,
    null,
    "one family's alone, the rest took more",
  );
  const nothing = ofOne(many(6)).map((share) => ({ ...share, ordered: 10, delivered: 0, cents: 0 }));
  t.match(suppress([{ key: "oil", shares: nothing }])?.cells[0], { delivered: 0, ordered: 60 }, "hail takes it all");
  t.same(
    keysOf(
      suppress([
        { key: "bread", shares: many(9) },
        { key: "oil", shares: nothing.slice(1, 3) },
      ]),
    ),
    ["bread"],
  );
});

t.test("euros are told of three sellers, and not of two who know each other's", async (t) => {
  const centsOf = (sellers: number) => {
    const shares = many(15).map((share, n) => ({ ...share, seller: `${n % sellers}` }));
    return suppress([{ key: "bread", shares }])?.cells[0]?.cents;
  };
  t.equal(centsOf(1), null);
  t.equal(centsOf(2), null);
  t.equal(centsOf(3), 300);
});

t.test(
  "a total that would tell what one seller took in a cell without euros stands there in place of all cells' euros",
  async (t) => {
    const ofOne = many(6).map((share) => ({ ...share, seller: "dairy", price: 2, cents: 20 }));
    const shown = suppress([
      { key: "bread", shares: many(15) },
      { key: "cheese", shares: ofOne },
    ]);
    t.same(
      shown?.cells.map(({ cents }) => cents),
      [null, null],
    );
    t.equal(shown?.cents, 420);
  },
);

t.test("one family that bought the dear honey is not found by whoever knows the prices", async (t) => {
  const honey = (dear: number) =>
    Array.from({ length: 9 }, (_, n) => take(n + 1, 10, { seller: `${n % 3}`, price: n < dear ? 3 : 2 }));
  const shown = suppress([{ key: "honey", shares: honey(1) }]);
  t.equal(shown?.cells[0]?.cents, null);
  t.equal(shown?.cents, null, "nor by the total");
  t.equal(suppress([{ key: "honey", shares: honey(0) }])?.cents, 180, "all paid the same");
  const beside = suppress([
    { key: "bread", shares: [...many(9), ...many(9).map((share) => ({ ...share, price: 7, cents: 70 }))] },
    { key: "honey", shares: honey(1) },
  ]);
  const came = many(9).map((share) => ({ ...share, delivered: 0, cents: 0 }));
  const lost = suppress([
    { key: "bread", shares: came },
    { key: "honey", shares: honey(1) },
  ]);
  t.equal(lost?.cents, null, "what never came hides nothing");
  t.ok(beside?.cents, "beside something that nobody can take off the total may be told");
  t.equal(beside?.cells.find(({ key }) => key === "honey")?.cents, null);
});

t.test("I20 what can be worked out from all that a month tells is about five families or about nobody", async () => {
  const goods = fc.record({ cell: fc.nat(3), seller: fc.nat(3), price: fc.integer({ min: 0, max: 3 }) });
  const bought = fc.record({ member: fc.nat(7), good: fc.nat(7), delivered: fc.nat(3), more: fc.nat(1) });
  const month = fc.record({
    goods: fc.array(goods, { minLength: 8, maxLength: 8 }),
    bought: fc.uniqueArray(bought, { minLength: 8, maxLength: 40, selector: ({ member, good }) => member * 8 + good }),
    isShort: fc.boolean(),
  });
  fc.assert(
    fc.property(month, ({ goods, bought, isShort }) => {
      const cells = new Map<string, Share[]>();
      for (const { member, good, delivered, more } of bought) {
        const { cell, seller, price } = goods[good]!;
        if (delivered + more === 0) continue;
        const ordered = delivered + (isShort ? more : 0);
        const share = take(member, delivered, { seller: `farm ${seller}`, price, ordered });
        cells.set(`cell ${cell}`, [...(cells.get(`cell ${cell}`) ?? []), share]);
      }
      const list = [...cells].map(([key, shares]) => ({ key, shares: shares.filter(isSome) }));
      const shown = suppress(list.filter(({ shares }) => shares.length > 0));
      return shown === null || fewestFound(list, shown) === null;
    }),
    { numRuns: 600 },
  );
});

function isSome({ ordered, delivered }: Share): boolean {
  return ordered + delivered > 0;
}

/** Families of whom alone some sum of what is told speaks, fewer than five: to anybody, or to a seller; null: there are none. */
function fewestFound(cells: readonly Cell[], shown: Shown): readonly string[] | null {
  const sellers = new Set(cells.flatMap(({ shares }) => shares.map(({ seller }) => seller)));
  for (const own of [null, ...sellers]) {
    const few = fewestFoundBy(own, cells, shown);
    if (few) return few;
  }
  return null;
}

/** To whom takes off what is its own: a seller who knows its sales. */
function fewestFoundBy(own: string | null, cells: readonly Cell[], shown: Shown): readonly string[] | null {
  const columns = cells.flatMap(({ key, shares: all }) =>
    all
      .filter(({ seller }) => seller !== own)
      .flatMap((share) => [
        ...(share.delivered > 0 ? [{ key, member: share.member, what: "came" as const, price: share.price }] : []),
        ...(share.ordered !== share.delivered ? [{ key, member: share.member, what: "short" as const, price: 0 }] : []),
      ]),
  );
  const told = shown.cells.flatMap(({ key, ordered, cents }) => [
    columns.map((column) => Number(column.key === key && column.what === "came")),
    ...(ordered === null ? [] : [columns.map((column) => Number(column.key === key))]),
    ...(cents === null ? [] : [columns.map((column) => (column.key === key ? column.price : 0))]),
  ]);
  const rows = shown.cents === null ? told : [...told, columns.map(({ price }) => price)];
  const members = [...new Set(columns.map(({ member }) => member))];
  const whole = rankOf(rows);
  for (const few of choose(members, Math.min(SMALLEST - 1, members.length))) {
    const others = columns.flatMap(({ member }, n) => (few.includes(member) ? [] : [n]));
    // Something that the others have no part in is left over: it speaks of these alone.
    if (rankOf(rows.map((row) => others.map((n) => row[n]!))) < whole) return few;
  }
  return null;
}

function choose<T>(list: readonly T[], count: number): T[][] {
  if (count === 0) return [[]];
  return list.flatMap((one, n) => choose(list.slice(n + 1), count - 1).map((rest) => [one, ...rest]));
}

/** Of a matrix of small whole numbers, modulo a prime far beyond what they can come to. */
function rankOf(matrix: readonly (readonly number[])[]): number {
  const rows = matrix.map((row) => row.map((n) => ((n % PRIME) + PRIME) % PRIME));
  const width = rows[0]?.length ?? 0;
  let rank = 0;
  for (let column = 0; column < width && rank < rows.length; column += 1) {
    const found = rows.findIndex((row, n) => n >= rank && row[column] !== 0);
    if (found < 0) continue;
    [rows[rank], rows[found]] = [rows[found]!, rows[rank]!];
    const pivot = rows[rank]!;
    for (const row of rows.slice(rank + 1)) {
      const [factor, scale] = [row[column]!, pivot[column]!];
      if (factor !== 0) for (let n = column; n < width; n += 1) row[n] = mod(row[n]! * scale - pivot[n]! * factor);
    }
    rank += 1;
  }
  return rank;
}

function mod(n: number): number {
  return ((n % PRIME) + PRIME) % PRIME;
}
