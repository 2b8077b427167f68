// Certificates from the desk: renewed for all products at once, said honestly when lapsed, written about in time.
import t, { type Test } from "tap";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { certificateClockTasks } from "../../src/catalogs/certificateActions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { typedOf } from "../../src/catalogs/productForm.ts";
import { writeProposal } from "../../src/catalogs/proposal.ts";
import { listCurrentProducts } from "../../src/catalogs/store.ts";
import { romeTime } from "../../src/kernel/time.ts";
import { sitDown } from "../partners/desks.ts";
import { startNodes } from "../tools/nodes.ts";
import { openBrowser } from "../web/browser.ts";
import { upload } from "../web/uploads.ts";

const DAY = 86_400_000;
const PAGE = "/desk/valle/catalog/certificates";

async function openHouse(t: Test, daysLeft: number) {
  const { nodes, clock } = await startNodes(t, ["farm"]);
  const { node } = nodes.farm;
  const actor = nodes.farm.addActor({ kind: "producer", handle: "valle", name: "Valle" });
  const farmer = await sitDown(nodes.farm, "adele", "valle", "producer");
  const validUntil = romeTime(clock.at + daysLeft * DAY).date;
  for (const name of ["Ceci", "Farro"]) {
    const certifications = [{ kind: "organic" as const, body: "ICEA", operatorCode: "IT 1", validUntil }];
    const facts = { ...startFacts(name, 30_000, "KGM"), certifications };
    saveProduct(node.wire, actor, { productId: null, expectedVersion: 0, facts });
  }
  return { farm: nodes.farm, node, actor, farmer, clock };
}

t.test("a farmer renews a certificate once for all its products, and it is no longer spoken of", async (t) => {
  const { farmer, node, actor } = await openHouse(t, 20);
  t.match((await farmer.get("/desk/valle/today")).body, /biologico certificato, ICEA: la certificazione scade /);
  const page = await farmer.get(PAGE);
  t.match(page.body, /scade presto/);
  const wrong = await farmer.submit(page, PAGE, { body: "ICEA", code: "IT 1", until: "domani" });
  t.equal(wrong.status, 422);
  const done = await farmer.submit(wrong, PAGE, { body: "ICEA", code: "IT 2", until: "2028-03-31" });
  t.match(done.body, /Aggiornata in 2 prodotti/);
  const kept = listCurrentProducts(node.db.orm, actor.id).map(({ facts }) => facts.certifications);
  t.match(kept, [[{ operatorCode: "IT 2", validUntil: "2028-03-31" }], [{ validUntil: "2028-03-31" }]]);
  t.notMatch((await farmer.get("/desk/valle/today")).body, /certificazione scade/);
  t.equal((await farmer.submit(page, PAGE, { until: "2029-01-01" })).status, 404, "from a page of before");
});

t.test("what has lapsed is said so to everybody, until it is renewed", async (t) => {
  const { farm, farmer } = await openHouse(t, -1);
  const stranger = openBrowser(farm.node.app, farm.origin);
  t.match((await stranger.get("/valle/catalog")).body, /biologico certificato \(scaduta\)/);
  t.match((await stranger.get("/valle/catalog/ceci")).body, /scaduta il/);
  t.match((await farmer.get("/desk/valle/today")).body, /è scaduta /);
});

t.test("C30 the certificate itself is uploaded once for all products, is public, and only ever saved", async (t) => {
  const { farm, node, actor, farmer } = await openHouse(t, 200);
  const send = async (name: string, bytes: Buffer) =>
    upload(farmer, await farmer.get(PAGE), `${PAGE}/document`, { field: "document", name, bytes });
  const script = Buffer.from("<html><script>alert(1)</script>%PDF-1.7 %%EOF");
  t.match((await send("certificato.pdf", script)).body, /Non si legge come certificato/);
  const pdf = Buffer.from("%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n");
  t.match((await send("../<b>ICEA</b>.html", pdf)).body, /Aggiornata in 2 prodotti/);
  const [ceci] = listCurrentProducts(node.db.orm, actor.id);
  const { hash } = ceci!.facts.certifications[0]!.document!;
  const stranger = openBrowser(farm.node.app, farm.origin);
  const shown = await stranger.get("/valle");
  t.match(
    shown.body,
    new RegExp(`biologico certificato[\\s\\S]*ICEA · IT 1 · valida fino a[\\s\\S]*/media/${hash}\\.pdf`),
  );
  const file = await stranger.get(`/media/${hash}.pdf`);
  t.match(file.headers, { "content-type": "application/pdf", "content-disposition": "attachment" });
  t.match(file.headers, { "x-content-type-options": "nosniff", "content-security-policy": /sandbox/ });
  t.equal(file.body, String(pdf));
  t.equal((await stranger.get(`/media/${"0".repeat(64)}.pdf`)).status, 404);
  const told = JSON.stringify(writeProposal(ceci!, null).attachment);
  t.match(told, `${farm.origin}/media/${hash}.pdf`, "others are told where it is");
  const path = "/desk/valle/catalog/product/ceci";
  await farmer.submit(await farmer.get(path), path, { ...typedOf(ceci!.facts, ceci!.version, ","), name: "Ceci neri" });
  const [black] = listCurrentProducts(node.db.orm, actor.id);
  t.match(black!.facts, { name: "Ceci neri", certifications: [{ document: { hash } }] }, "an edit keeps it");
  t.match((await farmer.submit(await farmer.get(PAGE), `${PAGE}/document/remove`)).body, /Aggiornata in 2 prodotti/);
  t.notMatch((await stranger.get("/valle")).body, hash);
});

t.test("who sells is written to 60, 30 and 7 days before and on the day, each time by a name of its own", async (t) => {
  const { node, actor, clock } = await openHouse(t, 61);
  const told: string[] = [];
  const [task] = certificateClockTasks(node.wire, (_tx, actorId, { businessKey }) => {
    t.equal(actorId, actor.id);
    told.push(businessKey.split(" ").at(-1) ?? "");
  });
  const on = (days: number) => {
    task?.run(clock.at + days * DAY);
    return told.splice(0);
  };
  t.same([0, 1, 31, 54, 61, 70].map(on), [[], ["60"], ["30"], ["7"], ["0"], []]);
});
