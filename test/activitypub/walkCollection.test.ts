import t from "tap";
import { createFetcher } from "../../src/activitypub/guardedFetch.ts";
import { type Walk, type WalkOptions, walkCollection } from "../../src/activitypub/walkCollection.ts";
import { type EvilPeer, type Hit, startEvilPeer } from "../tools/evilPeer.ts";
import { parseDocument } from "../tools/parseDocument.ts";

type Teardown = { teardown(work: () => unknown): void };

async function stage(t: Teardown): Promise<{
  p: EvilPeer;
  e: EvilPeer;
  walk: (options?: Partial<WalkOptions>) => Promise<Walk>;
}> {
  const fetcher = createFetcher({ allowPrivate: true, userAgent: "Filiera/test" });
  const [p, e] = await Promise.all([startEvilPeer(), startEvilPeer()]);
  t.teardown(() => Promise.all([fetcher.close(), p.close(), e.close()]));
  const walk = (options: Partial<WalkOptions> = {}) =>
    walkCollection(fetcher, `${p.origin}/catalog`, { parse: parseDocument, keep: "own", ...options });
  return { p, e, walk };
}

/** Serves a collection of so many pages of so many items; page k is ?page=k. */
function servePages(p: EvilPeer, pages: number, perPage: number): void {
  const id = `${p.origin}/catalog`;
  p.serve("/catalog", ({ path }: Hit) => {
    const page = Number(new URLSearchParams(path.split("?")[1]).get("page") ?? "0");
    if (page === 0) return { body: { id, type: "Collection", totalItems: 10 ** 9, first: `${id}?page=1` } };
    const items = Array.from({ length: perPage }, (_, index) => `${p.origin}/item/${page}-${index}`);
    const next = page < pages ? `${id}?page=${page + 1}` : undefined;
    return { body: { id: `${id}?page=${page}`, type: "CollectionPage", partOf: id, items, next } };
  });
}

t.test("a collection in pages is read to its end, whatever totalItems says", async (t) => {
  const { p, walk } = await stage(t);
  servePages(p, 3, 4);
  const walked = await walk();
  t.match(walked, { stopped: "end", spent: { pages: 3, items: 12 }, collection: { type: "Collection" } });
  t.equal(walked.items.length, 12);
  t.equal(walked.items[0], `${p.origin}/item/1-0`);
});

t.test("items inside the collection, or in a first page inside it, need no further fetch", async (t) => {
  const { p, walk } = await stage(t);
  const id = `${p.origin}/catalog`;
  const item = { id: `${p.origin}/item`, type: "Note", attributedTo: `${p.origin}/farm` };
  p.serve("/catalog", { body: { id, type: "OrderedCollection", orderedItems: item } });
  t.strictSame((await walk()).items, [item]);
  const first = { type: "OrderedCollectionPage", partOf: id, orderedItems: [item] };
  p.serve("/catalog", { body: { id, type: "OrderedCollection", first } });
  t.match(await walk(), { stopped: "end", items: [item] });
  t.equal(p.hits.length, 2);
});

t.test("B24 an endless collection ends after 50 pages, a huge page after 2,000 items", async (t) => {
  const { p, walk } = await stage(t);
  servePages(p, 10 ** 6, 3);
  t.match(await walk(), { stopped: "pages", spent: { pages: 50, items: 150 } });
  t.equal(p.hits.length, 51);
  servePages(p, 2, 3000);
  const walked = await walk();
  t.match(walked, { stopped: "items", spent: { pages: 1, items: 2000 } });
  t.equal(walked.items.length, 2000);
});

t.test("B24 a million items in one page are cut by bytes", async (t) => {
  const { p, walk } = await stage(t);
  const id = `${p.origin}/catalog`;
  const items = Array.from({ length: 10 ** 6 }, (_, index) => `${p.origin}/${index}`);
  p.serve("/catalog", { body: { id, type: "Collection", items } });
  t.match(await walk(), { stopped: "too-large", items: [] });
});

t.test("B24 a collection that bites its tail ends as a loop", async (t) => {
  const { p, walk } = await stage(t);
  const id = `${p.origin}/catalog`;
  const page = (number: number, next: string) => ({
    body: { id: `${id}/${number}`, type: "CollectionPage", items: [`${p.origin}/${number}`], next },
  });
  p.serve("/catalog", { body: { id, type: "Collection", first: `${id}/1` } });
  p.serve("/catalog/1", page(1, `${id}/2`));
  p.serve("/catalog/2", page(2, `${id}/1`));
  t.match(await walk(), { stopped: "loop", spent: { pages: 2, items: 2 } });
  p.serve("/catalog/2", page(2, id));
  t.match(await walk(), { stopped: "loop" }, "also by way of the collection itself");
});

t.test("B24 a slow collection ends with its minute", async (t) => {
  const { p, walk } = await stage(t);
  const id = `${p.origin}/catalog`;
  let page = 0;
  p.serve("/catalog", () => {
    const name = page === 0 ? id : `${id}?${page}`;
    page++;
    return {
      delayMs: 60,
      body: { id: name, type: page === 1 ? "Collection" : "CollectionPage", first: `${id}?1`, next: `${id}?${page}` },
    };
  });
  const walked = await walk({ budget: { pages: 50, items: 2000, durationMs: 300 } });
  // Between two pages, or in the middle of one: a busy machine decides which.
  t.ok(walked.stopped === "time" || walked.stopped === "timeout", walked.stopped);
  t.ok(walked.spent.durationMs < 2000);
});

t.test("B24 items of another origin, owned elsewhere, repeated or nameless are left out", async (t) => {
  const { p, e, walk } = await stage(t);
  const own = { id: `${p.origin}/1`, type: "Proposal", attributedTo: `${p.origin}/farm` };
  const items = [
    own,
    own,
    `${p.origin}/2`,
    `${p.origin}/1`,
    `${e.origin}/3`,
    { id: `${e.origin}/4`, type: "Proposal", attributedTo: `${p.origin}/farm` },
    { id: `${p.origin}/5`, type: "Proposal", attributedTo: `${e.origin}/farm` },
    { type: "Proposal" },
    ...[null, 7, "", []],
  ];
  p.serve("/catalog", { body: { id: `${p.origin}/catalog`, type: "Collection", items } });
  t.match(await walk(), { stopped: "end", items: [own, `${p.origin}/2`] });
  t.equal(e.connections(), 0);
});

t.test("of members on other hosts only the id is kept, never what the collection says about them", async (t) => {
  const { p, e, walk } = await stage(t);
  const items = [
    `${e.origin}/a`,
    { id: `${e.origin}/b`, inbox: `${p.origin}/steal` },
    { type: "Link", href: `${e.origin}/c` },
    7,
  ];
  p.serve("/catalog", { body: { id: `${p.origin}/catalog`, type: "Collection", items } });
  const walked = await walk({ keep: "references" });
  t.strictSame(walked.items, [`${e.origin}/a`, `${e.origin}/b`, `${e.origin}/c`]);
});

t.test("B24 a page on another host or of another collection ends the walk with what was read", async (t) => {
  const { p, e, walk } = await stage(t);
  const id = `${p.origin}/catalog`;
  const collection = { id, type: "Collection", items: [`${p.origin}/1`] };
  e.serve("/page", { body: { id: `${e.origin}/page`, type: "CollectionPage", items: [`${p.origin}/2`] } });
  p.serve("/catalog", { body: { ...collection, first: `${e.origin}/page` } });
  t.match(await walk(), { stopped: "foreign-origin", items: [`${p.origin}/1`] });
  t.equal(e.connections(), 0, "0 packets");
  const page = { id: `${id}/1`, type: "CollectionPage", partOf: `${p.origin}/other`, items: [`${p.origin}/2`] };
  p.serve("/catalog", { body: { ...collection, first: `${id}/1` } });
  p.serve("/catalog/1", { body: page });
  t.match(await walk(), { stopped: "foreign-owner", items: [`${p.origin}/1`] });
  p.serve("/catalog/1", { status: 500 });
  t.match(await walk(), { stopped: "status", detail: "500", items: [`${p.origin}/1`] });
  p.serve("/catalog/1", { body: { id: `${id}/1`, type: "Note" } });
  t.match(await walk(), { stopped: "not-a-collection" });
});

t.test("what is no collection is not walked", async (t) => {
  const { p, walk } = await stage(t);
  p.serve("/catalog", { body: { id: `${p.origin}/catalog`, type: "Note", first: `${p.origin}/x` } });
  t.match(await walk(), { stopped: "not-a-collection", items: [] });
  p.serve("/catalog", { body: { id: `${p.origin}/catalog`, type: "Collection", first: 7 } });
  t.match(await walk(), { stopped: "not-a-collection", items: [] });
  p.serve("/catalog", { status: 404 });
  t.match(await walk(), { stopped: "status", collection: null });
});
