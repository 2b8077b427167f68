// The page of who booked what: how much of it a phone is given at a time, and that nothing of it is there twice.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import t from "tap";
import type { Household } from "../../../src/members/households/householdStore.ts";
import { type MatrixView, matrixPage } from "../../../src/orders/booking/matrixPages.ts";
import { formats } from "../../../src/web/format.ts";
import type { PageContext } from "../../../src/web/page.ts";
import { words } from "../../../src/web/words.ts";
import { booking } from "../bookings.ts";
import { line, order } from "../oranges.ts";

const told = { say: words("it"), language: "it", format: formats("it"), formToken: () => "x" };
const c = { ...told, path: "/m", now: 0 } as unknown as PageContext;
/** As long and as hard to pack as a real one. */
const idOf = (i: number) => createHash("sha256").update(String(i)).digest("hex").slice(0, 26);

/** So many households, each with every third product. */
function view(households: number, products: number, change: Partial<MatrixView> = {}): MatrixView {
  const people = Array.from({ length: households }, (_, i) => ({ id: idOf(i), name: `Famiglia ${i}`, leftAt: null }));
  const lines = Array.from({ length: products }, (_, i) => line(i + 1, { name: `Prodotto ${i + 1}` }));
  const bookings = people.flatMap(({ id }, h) =>
    lines.filter((_, i) => (i + h) % 3 === 0).map(({ number }) => booking(id, 2000, { lineNumber: number })),
  );
  const nothing = { problems: new Map(), typed: {}, saved: null };
  const group = { households: people as unknown as Household[], unconfirmed: new Set<string>() };
  const those = { order: order({ lines }), bookings, ...group };
  return { ...those, isOpen: true, by: "product", query: {}, ...nothing, ...change };
}

const bodyOf = (shown: MatrixView) => String(matrixPage(c, shown).body);
const fieldsIn = (body: string) => [...body.matchAll(/name="(quantity\.[^"]+)"/g)].map(([, name]) => name);

t.test("thirty households by sixty products and a hundred and fifty come in pages that a phone holds", async (t) => {
  for (const [households, products] of [
    [30, 60],
    [150, 60],
    [500, 5],
  ] as const)
    for (const by of ["product", "household"] as const) {
      const body = bodyOf(view(households, products, { by }));
      const kept = gzipSync(body).length;

      t.ok(kept <= 32_000, `${households} x ${products} by ${by}: ${kept} bytes`);
      t.ok(fieldsIn(body).length <= 600, `${fieldsIn(body).length} fields`);
    }
});

t.test("every cell has one field over all pages, whichever way it is turned", async (t) => {
  for (const by of ["product", "household"] as const) {
    const pages = [1, 2, 3, 4].map((page) => fieldsIn(bodyOf(view(40, 60, { by, query: { page } }))));
    const all = pages.flat();
    t.match([all.length, new Set(all).size], [2400, 2400], by);
  }
});

t.test("a product is found by its name, and narrowed to what is booked or lacks something", async (t) => {
  const shown = view(3, 7);
  t.equal(fieldsIn(bodyOf({ ...shown, query: { find: "prodotto 7" } })).length, 3);
  const few = { ...shown, bookings: shown.bookings.filter(({ lineNumber }) => lineNumber === 2) };
  t.equal(fieldsIn(bodyOf({ ...few, query: { only: "booked" } })).length, 1, "one product, one household has it");
  t.match(bodyOf({ ...few, isOpen: false }), /Prodotto 2/);
  t.notMatch(bodyOf({ ...few, isOpen: false }), /Prodotto 3/, "what nobody has is not read");
});

t.test("a row whose every field shows on a phone anyway has no tick for the others", async (t) => {
  const ticks = (shown: MatrixView) => bodyOf(shown).match(/type="checkbox"/g)?.length ?? 0;
  const all = view(2, 3);
  const bookings = all.households.flatMap(({ id }) =>
    all.order.lines.map(({ number }) => booking(id, 1000, { lineNumber: number })),
  );
  t.equal(ticks({ ...all, bookings }), 0);
  t.equal(ticks({ ...all, bookings: bookings.slice(1) }), 1);
  t.equal(ticks({ ...all, by: "household", bookings: bookings.slice(1) }), 1);
});

t.test("who has not confirmed is marked, and who had not when the order closed too", async (t) => {
  const shown = view(3, 3, { unconfirmed: new Set([idOf(1)]) });
  const marksIn = (body: string) =>
    [...body.matchAll(/Famiglia (\d)(?:<\/a>)? <small>([^<]+)</g)].map(([, i, mark]) => [i, mark]);
  t.same(marksIn(bodyOf(shown)), [["1", "da confermare"]]);
  const closed = { ...shown, order: { ...shown.order, state: "closed" } } as MatrixView;
  t.same(marksIn(bodyOf({ ...closed, isOpen: false })), [["1", "non confermata alla chiusura"]]);
});

t.test("numbers typed on one page are saved on the way to the one before or after", async (t) => {
  const waysOf = (page: number) => {
    const body = bodyOf(view(40, 60, { query: { page } }));
    return [...body.matchAll(/<button[^>]* name="to" value="(\d)">/g)].map(([, to]) => to);
  };
  t.same([1, 2, 4].map(waysOf), [["2"], ["1", "3"], ["3"]]);
  t.match(bodyOf(view(40, 60)), /Salva e vai a pagina 2/);
  t.notMatch(bodyOf(view(3, 7)), /name="to"/, "one page leads nowhere");
});
