// The accessibility statement: public, linked from every page, with an address wherever the node knows one.
import t from "tap";
import { describeActor } from "../../src/activitypub/actors.ts";
import { transact } from "../../src/db/transact.ts";
import { startNodes } from "../tools/nodes.ts";
import { openBrowser } from "../web/browser.ts";

t.test("anybody reads what is not accessible yet and where to write, in both languages", async (t) => {
  const { nodes } = await startNodes(t, ["one"]);
  const { node, origin } = nodes.one;
  const visitor = openBrowser(node.app, origin);
  t.match((await visitor.get("/help")).body, '<a href="/accessibility">Accessibilità</a>');
  const silent = await visitor.get("/accessibility");
  t.equal(silent.status, 200);
  t.match(silent.body, /Dichiarazione di accessibilità[\s\S]*Parzialmente conforme[\s\S]*chiedi a chi ti ha invitato/);
  t.match(silent.body, /rivista lunedì 23 novembre 2026/);
  const gas = nodes.one.addActor({ kind: "gas", handle: "fano", name: "GAS <Fano>" });
  const said = { summary: "", contact: "ordini@fano.example" };
  transact(node.db, (tx) => describeActor(tx, gas.id, said, node.wire.clock.now()));
  const { body } = await visitor.get("/accessibility");
  t.match(body, '<li>GAS &lt;Fano&gt;: <a href="mailto:ordini@fano.example">ordini@fano.example</a></li>');
  t.notMatch(body, /chiedi a chi ti ha invitato/);
  const english = await visitor.get("/accessibility", { "accept-language": "en" });
  t.match(english.body, /Accessibility statement[\s\S]*Partially compliant/);
});
