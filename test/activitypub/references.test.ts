// A letter may name a thousand addresses, or send us round in circles: reading it asks others a handful of times.
import t from "tap";
import { request } from "undici";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { createSigner } from "../../src/activitypub/signHttp.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { takeIn } from "../network/reading/district.ts";
import { startEvilPeer } from "../tools/evilPeer.ts";
import { startNodes } from "../tools/nodes.ts";

/** SAFETY B25. */
const FETCHES_MAX = 20;
const MANY = 1000;
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const CYCLE = "https://w3id.org/valueflows/ont/vf#ProposalList";
const LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';

const { nodes, clock, settle } = await startNodes(t, ["home"]);
const { node, addActor } = nodes.home;
const gas = addActor({ kind: "gas", handle: "gas", name: "GAS" });
const des = addActor({ kind: "district", handle: "des", name: "DES", level: "des" });
const peer = await startEvilPeer();
t.teardown(() => peer.close());
const generator = {
  ...{ type: "Application", id: `${peer.origin}/actor` },
  implements: [{ href: "https://w3id.org/filiera#profile-1", name: "Filiera 1" }],
};
const mill = peer.serveActor("mulino", { role: "producer", generator, memberOf: [des.id], discoverable: true });
peer.serve("/mulino/inbox", { status: 202 });

// Whatever is asked for names the next: a road without an end, every step of which looks like what we read.
let step = 0;
const endless = () => {
  step += 1;
  const [id, next] = [`${peer.origin}/giro/${step}`, `${peer.origin}/giro/${step + 1}`];
  const refers = { object: next, context: next, inReplyTo: next, first: next, next, target: next, movedTo: next };
  return { body: { id, type: "Collection", attributedTo: mill.id, "@context": [next], ...refers, items: [next] } };
};
for (let n = 0; n < MANY; n++) peer.serve(`/giro/${n}`, endless);

/** Delivers it and lets everything happen that follows; gives how often others were asked meanwhile. */
let letters = 0;
async function cost(activity: JsonObject): Promise<{ status: number; asked: number }> {
  letters += 1;
  const head = {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${mill.id}/letters/${letters}`,
    actor: mill.id,
  };
  const body = Buffer.from(JSON.stringify({ ...head, to: [PUBLIC], ...activity }));
  const headers = { "content-type": "application/activity+json" };
  const url = `${nodes.home.origin}/inbox`;
  const signed = await createSigner(mill, "draft-cavage", clock.now)({ method: "POST", url, headers, body });
  const before = peer.hits.filter(({ method }) => method === "GET").length;
  const { statusCode, body: answer } = await request(url, { method: "POST", headers: { ...headers, ...signed }, body });
  await answer.dump();
  for (let turn = 0; turn < 3; turn++) {
    clock.advance({ minutes: 1 });
    await settle();
  }
  return { status: statusCode, asked: peer.hits.filter(({ method }) => method === "GET").length - before };
}

const found = await node.wire.senders.findActor(mill.id);
if ("failed" in found) throw new Error(found.detail);
followActor(node.wire, gas.id, found);
takeIn(nodes.home, des.id, mill.id);
await settle();
const follow = node.db.raw.prepare("SELECT follow_iri FROM follows WHERE actor_id = ?").pluck().get(gas.id) as string;
await cost({ type: "Accept", object: follow });

const around = (n: number) => `${peer.origin}/giro/${n}`;
const many = Array.from({ length: MANY }, (_, n) => around(n));
const note = (more: JsonObject): JsonObject => ({
  type: "Create",
  object: {
    type: "Note",
    id: `${mill.id}/notes/${letters}`,
    attributedTo: mill.id,
    content: "x",
    to: [PUBLIC],
    ...more,
  },
});

const LETTERS: readonly (readonly [string, JsonObject])[] = [
  ["a thousand addressees", { ...note({}), to: [PUBLIC, ...many], cc: many }],
  ["a thousand mentions", note({ tag: many.map((href) => ({ type: "Mention", href })) })],
  [
    "nine hundred order cycles",
    note({ tag: many.slice(0, 900).map((href) => ({ type: "Link", href, rel: CYCLE, mediaType: LD })) }),
  ],
  ["a thousand pictures", note({ attachment: many.map((url) => ({ type: "Image", mediaType: "image/jpeg", url })) })],
  ["answers to answers", note({ inReplyTo: around(1), context: around(2), replies: around(3) })],
  ["a post that is elsewhere", { type: "Create", object: around(4), target: around(5), instrument: around(6) }],
  [
    "a catalog without an end",
    { type: "Update", object: { type: "Collection", id: around(7), attributedTo: mill.id, first: around(8) } },
  ],
  [
    "a cycle without an end",
    {
      type: "Update",
      object: {
        type: "Collection",
        id: around(9),
        attributedTo: mill.id,
        cycleStatus: "open",
        sequence: 9,
        items: many,
      },
    },
  ],
  ["somebody who moves for ever", { type: "Move", object: mill.id, target: around(10) }],
  ["a thousand members", { type: "Add", object: many, target: around(11) }],
  [
    "an actor that is many",
    {
      type: "Update",
      object: { ...(mill.document as JsonObject), memberOf: many, catalog: around(12), upcomingEvents: around(13) },
    },
  ],
  ["a context that is elsewhere", { ...note({}), "@context": ["https://www.w3.org/ns/activitystreams", around(14)] }],
];

for (const [what, letter] of LETTERS)
  t.test(`B25 ${what}: others are asked ${FETCHES_MAX} times at most`, async (t) => {
    const { status, asked } = await cost(letter);
    t.ok([202, 400, 413].includes(status), `answered ${status}`);
    t.ok(asked <= FETCHES_MAX, `asked ${asked} times`);
  });

t.test("B25 who names itself many is still read by what its own document says, and no more", async (t) => {
  const at = (n: number) => ({ ...mill.document, memberOf: [des.id, ...many], catalog: around(n), cycles: around(n) });
  peer.serve("/mulino", { body: at(15) });
  const { asked } = await cost({ type: "Update", object: mill.id });
  t.ok(asked > 0 && asked <= FETCHES_MAX, `asked ${asked} times`);
});
