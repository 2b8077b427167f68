// The page on which who looks after a node changes a key, as they use it.
import t from "tap";
import { loadKeys } from "../../../src/activitypub/store.ts";
import { words } from "../../../src/web/words.ts";
import { startNodes } from "../../tools/nodes.ts";
import { sitDown } from "../desks.ts";

const KEYS = "/node/keys";

t.test("B45 who looks after the node changes a key on a fresh sign-in; the old one stays to verify by", async (t) => {
  const { nodes, clock } = await startNodes(t, ["home"]);
  const { home } = nodes;
  const gas = home.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const keysOf = (algorithm: string) => loadKeys(home.node.db.orm, gas.id).filter((key) => key.algorithm === algorithm);
  const laura = await sitDown(home, "laura", "fano", "admin");
  for (const path of [KEYS, `${KEYS}/fano/rsa`]) t.equal((await laura.get(path)).status, 404, path);

  const keeper = await sitDown(home, "keeper", "fano", "admin", true);
  t.match((await keeper.get(KEYS)).body, /GAS Fano/);
  for (const path of [`${KEYS}/nessuno/rsa`, `${KEYS}/fano/dsa`]) t.equal((await keeper.get(path)).status, 404, path);
  const page = await keeper.get(`${KEYS}/fano/ed25519`);
  t.match(page.body, words("it")("partners.keys.happens.ed25519.others"));
  t.equal((await keeper.submit(page, `${KEYS}/fano/ed25519`)).status, 200);
  await keeper.submit(await keeper.get(`${KEYS}/fano/rsa`), `${KEYS}/fano/rsa`);
  for (const algorithm of ["ed25519", "rsa"]) {
    const [now, before, ...more] = keysOf(algorithm);
    t.same([now?.retiredAt, more.length], [null, 0], algorithm);
    t.type(before?.retiredAt, "number", `the old key of ${algorithm} is kept, retired`);
  }
  t.match((await keeper.get("/node/audit")).body, /Chiave cambiata/);

  clock.advance({ minutes: 31 });
  const late = await keeper.submit(await keeper.get(`${KEYS}/fano/rsa`), `${KEYS}/fano/rsa`);
  t.equal(late.status, 401);
  t.equal(keysOf("rsa").length, 2, "a late hand changes nothing");
});
