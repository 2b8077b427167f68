// The pages on which an actor or the whole node is closed, as people use them.
import t from "tap";
import { loadFact } from "../../../src/db/facts.ts";
import { words } from "../../../src/web/words.ts";
import { startNodes } from "../../tools/nodes.ts";
import { openBrowser } from "../../web/browser.ts";
import { sitDown } from "../desks.ts";

const NODE = "/node/leaving";
const DESK = "/desk/fano/leaving";

t.test(
  "C40 a group and then its node are closed by name, with a fresh sign-in, and not while something runs",
  async (t) => {
    const { nodes, clock } = await startNodes(t, ["home"]);
    const { home } = nodes;
    const gas = home.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    home.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
    const { host } = new URL(home.origin);
    const laura = await sitDown(home, "laura", "fano", "admin");
    const member = await sitDown(home, "marta", "fano", "member");
    for (const path of [NODE, DESK]) t.equal((await member.get(path)).status, 404, path);
    t.equal((await laura.get(NODE)).status, 404, "who administers a group does not close the node");

    const order = home.node.db.raw.prepare(
      `INSERT INTO orders (id, actor_id, producer_id, name, note, state, closes_at, pickups, policies, modifiers, revision, created_at, updated_at)
     VALUES ('ordineordineordineordineor', ?, 'https://m.example/m', 'Farine', '', ?, 60000, '[]', '{}', '[]', 0, 0, 0)`,
    );
    order.run(gas.id, "sent");
    const busy = await laura.get(DESK);
    t.match(busy.body, /Prima c(?:&#39;|')è 1 cosa da finire/);
    t.match(busy.body, 'href="/desk/fano/orders/ordineordineordineordineor"');
    t.notMatch(busy.body, /leaving\/retire/, "there is no button while something runs");
    home.node.db.raw.prepare("UPDATE orders SET state = 'archived'").run();

    const page = await laura.get(DESK);
    const wrong = await laura.submit(page, `${DESK}/retire`, { name: "mulino" });
    t.equal(wrong.status, 422);
    t.match(wrong.body, words("it")("form.reason.wrong-name"));
    home.node.db.raw.prepare("UPDATE orders SET state = 'arrived'").run();
    t.equal((await laura.submit(page, `${DESK}/retire`, { name: "fano" })).status, 409, "an order that came meanwhile");
    home.node.db.raw.prepare("UPDATE orders SET state = 'archived'").run();
    clock.advance({ minutes: 31 });
    t.equal((await laura.submit(await laura.get(DESK), `${DESK}/retire`, { name: "fano" })).status, 401);

    const again = await sitDown(home, "piera", "fano", "admin");
    const decided = await again.submit(await again.get(DESK), `${DESK}/retire`, { name: "Fano" });
    t.match(decided.body, /Le lettere partono/);
    t.match((await again.get("/desk/fano/audit")).body, /Chiusura decisa/);
    t.match((await again.submit(decided, `${DESK}/keep`)).body, /Per confermare scrivi/);

    const keeper = await sitDown(home, "keeper", "fano", "admin", true);
    t.match((await keeper.get("/")).body, NODE);
    t.equal((await keeper.submit(await keeper.get(NODE), `${NODE}/retire`, { name: "fano" })).status, 422);
    await keeper.submit(await keeper.get(NODE), `${NODE}/retire`, { name: host });
    t.ok(loadFact(home.node.db.orm, "retired-at"));
    t.throws(() => home.addActor({ kind: "gas", handle: "jesi", name: "GAS Jesi" }), /node-retired/);
    t.notMatch((await again.get(DESK)).body, /leaving\/keep/, "who looks after the node decides about the node");
    const both = await keeper.get(NODE);
    for (const name of ["GAS Fano", "Mulino del Piano"]) t.match(both.body, name);
    clock.advance({ days: 1 });
    await home.node.runDue();
    await home.node.runDue();
    const stranger = openBrowser(home.node.app, home.origin);
    t.equal((await stranger.get("/fano")).status, 410);
    t.notMatch((await stranger.get("/")).body, /GAS Fano/);
    t.match((await keeper.get(NODE)).body, /chiuso/);
    t.equal((await keeper.submit(both, `${NODE}/keep`)).status, 409, "what is closed stays closed");
  },
);
