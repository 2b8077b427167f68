// What we keep of threads, as its pages say it: read back as it was, within what readers admit.
import t from "tap";
import { DOCUMENT } from "../../../src/activitypub/context.ts";
import type { JsonObject } from "../../../src/activitypub/json.ts";
import { readJson } from "../../../src/activitypub/jsonScan.ts";
import { MOST_LINES } from "../../../src/partners/threads/agreement.ts";
import { writeThreadMessage } from "../../../src/partners/threads/agreementDocument.ts";
import {
  courseOf,
  fillPage,
  readThreadItem,
  type ThreadEntry,
  writeThreadCollection,
  writeThreadPage,
} from "../../../src/partners/threads/threadDocument.ts";
import { factsOf } from "../../../src/partners/threads/threadRules.ts";
import { ACCEPT, OFFER } from "../../fixtures/orderSamples.ts";
import { FARM, GAS, ORANGES, SAID } from "../agreementArbitrary.ts";

const AT = Date.UTC(2026, 11, 1, 7, 0, 0, 123);
const THREAD = "https://g.example/threads/12";
const COURSE = { revision: 2, sequence: 1, status: "accepted" } as const;
const page = (entries: readonly ThreadEntry[], next: string | null = null) =>
  writeThreadPage({
    id: `${FARM}/threads?after=start`,
    partOf: `${FARM}/threads`,
    next,
    entries,
    courseOf: () => COURSE,
  });

t.test("a page tells each run of a thread as one item, and every activity reads back as it was signed", async (t) => {
  const entries = [
    { thread: THREAD, activity: OFFER, at: AT },
    { thread: THREAD, activity: ACCEPT, at: AT + 1 },
    { thread: `${THREAD}-b`, activity: OFFER, at: AT + 2 },
    { thread: THREAD, activity: { ...OFFER, "@context": "https://www.w3.org/ns/activitystreams" }, at: AT + 3 },
  ];
  const json = page(entries, `${FARM}/threads?after=x`);
  t.match(json, { "@context": DOCUMENT, type: "CollectionPage", next: `${FARM}/threads?after=x` });
  const items = json.items as JsonObject[];
  t.match(items[0], { context: THREAD, revision: 2, sequence: 1, orderStatus: "accepted", totalItems: 2 });
  t.notOk("@context" in (items[0]!.items as JsonObject[])[0]!, "the page's context speaks for all");
  const read = items.map((item) => readThreadItem(JSON.parse(JSON.stringify(item))));
  t.same(
    read.flatMap((item) => item!.activities),
    entries.slice(0, 3).map(({ activity }) => activity),
    "one under a context that nobody published is not read",
  );
  t.equal(read[0]!.updated, "2026-12-01T07:00:00.124Z", "with its milliseconds");
  t.same(new Set(items.map(({ id }) => id)).size, 3, "no two items have one name");
});

t.test("A42 a message of a newer version brings its own context, and is not passed over as read", async (t) => {
  const newer = {
    ...OFFER,
    "@context": [...DOCUMENT.slice(0, 2), { ...(DOCUMENT[2] as JsonObject), pickedBy: "filiera:pickedBy" }],
  };
  const read = readThreadItem({ context: THREAD, updated: "now", items: [OFFER, newer] });
  t.match(read, { hasOtherVersion: true });
  t.same(read?.activities, [OFFER]);
  t.match(readThreadItem({ context: THREAD, updated: "now", items: [OFFER] }), { hasOtherVersion: false });
});

t.test("what is no item of threads is not read; a single activity may stand without a list", async (t) => {
  const none: JsonObject[] = [{}, { context: THREAD }, { context: THREAD, updated: "x".repeat(41), items: [] }];
  for (const item of none) t.equal(readThreadItem(item), null);
  t.same(readThreadItem({ context: THREAD, updated: "now", items: OFFER })?.activities, [OFFER]);
  t.same(readThreadItem({ context: THREAD, updated: "now", items: ["https://p.example/a/1"] })?.activities, []);
});

t.test("a page holds as much as its readers admit, and always one message, however long", async (t) => {
  const lines = Array.from({ length: MOST_LINES }, (_, i) => ({ ...ORANGES, lineIri: `${ORANGES.lineIri}/${i}` }));
  const long = writeThreadMessage({ ...SAID.accepted, lines }, { id: FARM }, GAS);
  const entries = [long, long, OFFER].map((activity) => ({ thread: THREAD, activity, at: AT }));
  t.equal(fillPage(entries), 1);
  t.ok("json" in readJson(Buffer.from(JSON.stringify(page(entries.slice(0, 1))))), "its reader takes it");
  const many = Array.from({ length: 100 }, () => ({ thread: THREAD, activity: OFFER, at: AT }));
  t.ok(fillPage(many) <= 40);
  t.ok("json" in readJson(Buffer.from(JSON.stringify(page(many.slice(0, fillPage(many)))))));
  t.equal(fillPage(many.slice(0, 3)), 3);
});

t.test("the course of a thread is its last revision and its last status, whatever came when", async (t) => {
  const facts = [
    factsOf({ ...SAID.order, revision: 3 }, "a"),
    factsOf(SAID.order, "b"),
    factsOf({ ...SAID.status, epoch: 1, sequence: 4, status: "confirmed" }, "c"),
    factsOf(SAID.accepted, "d"),
  ];
  t.same(courseOf(facts), { revision: 3, sequence: 4, status: "confirmed" });
  t.same(courseOf([factsOf(SAID.withdrawn, "e")]), { revision: null, sequence: null, status: null });
  const item = writeThreadPage({
    id: "https://p.example/1",
    partOf: "https://p.example",
    next: null,
    entries: [{ thread: THREAD, activity: OFFER, at: AT }],
    courseOf: () => courseOf([]),
  }).items as JsonObject[];
  t.notOk("revision" in item[0]! || "sequence" in item[0]! || "orderStatus" in item[0]!);
});

t.test("the list names its owner, how many threads there are and where its pages begin", async (t) => {
  const id = `${FARM}/threads`;
  t.match(writeThreadCollection({ id, owner: FARM, totalItems: 2, first: `${id}?after=start` }), {
    type: "Collection",
    id,
    attributedTo: FARM,
    totalItems: 2,
    first: `${id}?after=start`,
  });
});
