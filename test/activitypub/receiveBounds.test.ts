// How many may await their commit at once. Without HTTP, so that they come in one and the same turn of the event loop.
import t from "tap";
import { createActor } from "../../src/activitypub/actors.ts";
import { readActor } from "../../src/activitypub/document.ts";
import { openWire } from "../../src/activitypub/openWire.ts";
import { saveRemoteActor } from "../../src/activitypub/store.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";
import { transact } from "../../src/db/transact.ts";
import { deliver, FOLLOW, NOW, RSA, SETTINGS } from "./signedDelivery.ts";

const TOGETHER = 12;
const BOUND = 5;

t.test(
  "of many who come at once those beyond the bound hear 503 and when to come again, and are taken then",
  async (t) => {
    const db = openDatabase(":memory:");
    migrateDatabase(db, null);
    const { origin } = SETTINGS;
    const secret = Buffer.alloc(32, 7);
    const clock = { now: () => NOW };
    const { receiver, close } = openWire({
      ...{ db, clock, origin, secret, allowPrivate: false, chance: () => 0.5 },
      ...{ rulesOf: () => [], isOrderObject: () => false, limits: { waiting: BOUND } },
    });
    t.teardown(async () => {
      await close();
      db.raw.close();
    });
    const publicKeyPem = String(RSA.publicKey.export({ type: "spki", format: "pem" }));
    const id = FOLLOW.actor;
    const key = { id: `${id}#main-key`, owner: id, publicKeyPem };
    const sender = readActor({ id, type: "Person", inbox: `${id}/inbox`, publicKey: key }, NOW)!;
    transact(db, (tx) => {
      createActor(
        tx,
        { kind: "gas", handle: "banco", name: "Banco" },
        { origin, secret, now: NOW, reserved: new Set() },
      );
      saveRemoteActor(tx, sender);
    });
    const logged = () => db.raw.prepare("SELECT count(*) FROM inbox_log").pluck().get();
    const receive = (number: number) => {
      const like = { ...FOLLOW, type: "Like", id: `${id}/likes/${number}`, object: `${origin}/banco` };
      return receiver.receive(deliver(like, { path: "/inbox" }), "192.0.2.1");
    };
    const answers = await Promise.all(Array.from({ length: TOGETHER }, (_, number) => receive(number)));
    t.equal(answers.filter(({ status }) => status === 202).length, BOUND);
    for (const answer of answers.slice(BOUND))
      t.match(answer, { status: 503, headers: { "retry-after": "30" }, body: { refused: "busy" } });
    t.equal(logged(), BOUND, "who was refused left nothing");
    for (let number = BOUND; number < TOGETHER; number++) t.match(await receive(number), { status: 202 });
    t.equal(logged(), TOGETHER);
  },
);
