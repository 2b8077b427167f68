// Two real nodes and what crosses between them below any slice: signatures, inbox log, outbox.
import { createServer } from "node:http";
import t from "tap";
import { ACTIVITY_JSON } from "../../src/activitypub/answer.ts";
import { mintIri } from "../../src/activitypub/outbox.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { startNodes } from "../tools/nodes.ts";

t.test("an actor is found by its handle, and its document is the one its node serves", async (t) => {
  const { nodes } = await startNodes(t, ["farm", "gas"]);
  const mill = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino di prova" });
  const { host } = new URL(nodes.farm.origin);
  const found = await nodes.gas.node.wire.discover(`@mulino@${host}`);
  t.match(found, { id: mill.id, name: "Mulino di prova", kind: "producer", isFiliera: true });
});

t.test("an actor whose node is off or busy is not taken for one that does not exist", async (t) => {
  const { nodes } = await startNodes(t, ["farm", "gas"]);
  nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino di prova" });
  const { host } = new URL(nodes.farm.origin);
  const { wire } = nodes.gas.node;
  t.match(await wire.discover(`@nessuno@${host}`), { failed: "not-an-actor" });
  await nodes.farm.stop();
  t.match(await wire.discover(`@mulino@${host}`), { failed: "unreachable" }, "off");
  const busy = createServer((_request, response) => response.writeHead(503).end());
  await new Promise<void>((resolve) => busy.listen(Number(new URL(nodes.farm.origin).port), "127.0.0.1", resolve));
  t.teardown(() => busy.close());
  t.match(await wire.discover(`@mulino@${host}`), { failed: "unreachable" }, "busy");
  t.match(await wire.discover(`${nodes.farm.origin}/mulino`), { failed: "unreachable" }, "busy, by address");
});

t.test("a letter reaches the other node once, signed, and is answered 202", async (t) => {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas"]);
  const mill = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino di prova" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "gas", name: "GAS di prova" });
  const { wire, db } = nodes.farm.node;
  const id = mintIri(mill, "activities");
  transact(db, (tx) =>
    wire.post(tx, {
      from: mill,
      activity: {
        "@context": "https://www.w3.org/ns/activitystreams",
        id,
        type: "Like",
        actor: mill.id,
        object: gas.id,
        to: [gas.id],
      },
      lane: "social",
      thread: null,
      isPublic: false,
      isProven: false,
      recipients: [{ inbox: `${gas.id}/inbox`, actorUri: gas.id }],
      now: clock.now(),
    }),
  );
  await settle();
  t.match(db.raw.prepare("SELECT state, attempts, last_status FROM outbox").all(), [
    { state: "delivered", attempts: 1, last_status: 202 },
  ]);
  t.match(nodes.gas.node.db.raw.prepare("SELECT sender, outcome FROM inbox_log").all(), [
    { sender: mill.id, outcome: "ignored" },
  ]);
  t.equal(isRefusal(await nodes.gas.node.wire.senders.findActor(mill.id)), false);
});

t.test("what was sent to one actor is served to that actor alone", async (t) => {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas", "other"]);
  const mill = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino di prova" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "gas", name: "GAS di prova" });
  const other = nodes.other.addActor({ kind: "gas", handle: "altro", name: "Un altro GAS" });
  const id = mintIri(mill, "activities");
  transact(nodes.farm.node.db, (tx) =>
    nodes.farm.node.wire.post(tx, {
      from: mill,
      activity: {
        "@context": "https://www.w3.org/ns/activitystreams",
        id,
        type: "Like",
        actor: mill.id,
        object: gas.id,
        to: [gas.id],
      },
      lane: "social",
      thread: null,
      isPublic: false,
      isProven: false,
      recipients: [{ inbox: `${gas.id}/inbox`, actorUri: gas.id }],
      now: clock.now(),
    }),
  );
  await settle();
  t.match(await nodes.gas.node.wire.fetchDocument(id, gas.id), { document: { id } });
  t.match(await nodes.other.node.wire.fetchDocument(id, other.id), { failed: "unreachable" });
  const unsigned = await nodes.farm.node.app.inject({ url: new URL(id).pathname, headers: { accept: ACTIVITY_JSON } });
  t.equal(unsigned.statusCode, 404);
});
