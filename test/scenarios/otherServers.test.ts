// The big servers and us: they follow, are followed, leave; and nothing in their manner of speaking reaches an order.
import t, { type Test } from "tap";
import { readActor } from "../../src/activitypub/document.ts";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { loadRemoteActorGoneAt } from "../../src/activitypub/store.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { loadFollow } from "../../src/partners/store.ts";
import { ACCEPT, OFFER } from "../fixtures/orderSamples.ts";
import { SERVERS, type ServerMessages } from "../fixtures/serverMessages.ts";
import { startEvilPeer } from "../tools/evilPeer.ts";
import { startNodes } from "../tools/nodes.ts";
import { tell } from "../tools/tell.ts";

/** A node with a group, and another server with one account; `hear` delivers what that account says. */
async function stage(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["gas"]);
  const us = nodes.gas.addActor({ kind: "gas", handle: "gas", name: "GAS di prova" });
  const server = await startEvilPeer();
  t.teardown(() => server.close());
  const account = server.serveActor("lucia", { type: "Person" });
  server.serve("/lucia/inbox", { status: 202 });
  const { orm, raw } = nodes.gas.node.db;
  const hear = (activity: JsonObject) => tell(`${us.id}/inbox`, activity, { ...account, now: clock.now() });
  const follows = () => loadFollow(orm, us.id, "in", account.id)?.state ?? null;
  const followed = () => loadFollow(orm, us.id, "out", account.id);
  const said = () => server.hits.filter(({ method }) => method === "POST").map(({ body }) => JSON.parse(String(body)));
  const peer = readActor(account.document as JsonObject, clock.now())!;
  return {
    wire: nodes.gas.node.wire,
    us,
    account,
    server,
    clock,
    settle,
    hear,
    follows,
    followed,
    said,
    peer,
    orm,
    raw,
  };
}

for (const [name, write] of Object.entries(SERVERS)) {
  t.test(`B66 ${name} follows us and is told yes, takes it back, is followed, says yes, and leaves`, async (t) => {
    const s = await stage(t);
    const speak = (): ServerMessages =>
      write({ actor: s.account.id, us: s.us.id, follow: s.followed()?.followIri ?? `${s.us.id}/none` });
    const { follow, undo } = speak();
    t.equal((await s.hear(follow)).status, 202);
    t.equal(s.follows(), "accepted");
    await s.settle();
    t.match(s.said(), [
      { type: "Accept", actor: s.us.id, object: { type: "Follow", id: follow.id, actor: s.account.id } },
    ]);
    t.equal((await s.hear(undo)).status, 202);
    t.equal(s.follows(), "ended");

    followActor(s.wire, s.us.id, s.peer);
    await s.settle();
    t.equal(s.followed()?.state, "requested");
    const { accept, farewell } = speak();
    t.equal((await s.hear(accept)).status, 202);
    t.equal(s.followed()?.state, "accepted");

    s.server.serve("/lucia", { status: 410 });
    t.equal((await s.hear(farewell)).status, 202);
    t.ok(loadRemoteActorGoneAt(s.orm, s.account.id) !== null || s.followed()?.state === "ended", "it is gone");
    t.equal(s.raw.prepare("SELECT count(*) FROM inbox_log WHERE channel = 'order'").pluck().get(), 0);
  });

  t.test(`B66 an order in the manner of ${name} is refused whole, however its account is known`, async (t) => {
    const s = await stage(t);
    const { follow } = write({ actor: s.account.id, us: s.us.id, follow: `${s.us.id}/none` });
    await s.hear(follow);
    const context = follow["@context"]!;
    const named = { id: `${new URL(s.account.id).origin}/a/1`, actor: s.account.id, to: [s.us.id] };
    const { proof: _, ...offer } = OFFER;
    const { proof: __, ...answer } = ACCEPT;
    const spoken: JsonObject[] = [
      { ...offer, ...named, "@context": context },
      { ...answer, ...named, "@context": context },
      { ...named, "@context": context, type: "Undo", object: { ...offer, ...named } },
      {
        ...named,
        "@context": context,
        type: "Update",
        object: { ...(answer.result as JsonObject), attributedTo: s.account.id },
      },
      {
        ...named,
        "@context": context,
        type: "Create",
        object: { type: "Document", attributedTo: s.account.id, fulfilments: [] },
      },
      {
        ...named,
        type: "Accept",
        object: `${s.us.id}/activities/1`,
        objectDigest: "0".repeat(64),
        "@context": context,
      },
    ];
    for (const activity of spoken) {
      const { status, refused } = await s.hear(activity);
      t.ok(status >= 400 && status < 500 && refused !== null, `${activity.type}: ${status} ${refused}`);
    }
    for (const table of ["thread_messages", "pacts", "received_orders", "order_agreements"])
      t.equal(s.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), 0, table);
    t.equal(
      s.raw.prepare("SELECT count(*) FROM security_events").pluck().get(),
      spoken.length,
      "each leaves its trace",
    );
  });
}
