// A training path from the desk to the certificate, with a real node: who begins without an account, who was at the lessons, who checks.
import t from "tap";
import { verifyProof } from "../../../src/activitypub/proof.ts";
import { loadKeys } from "../../../src/activitypub/store.ts";
import { removeGathering } from "../../../src/gatherings/actions.ts";
import { saveGatheringRow } from "../../../src/gatherings/store.ts";
import { trainingClockTasks } from "../../../src/gatherings/training/actions.ts";
import { isSound } from "../../../src/gatherings/training/certificate.ts";
import { movePath, removePath, saveModule, savePath } from "../../../src/gatherings/training/pathActions.ts";
import { findCertificate, listSteps } from "../../../src/gatherings/training/store.ts";
import { signInLink } from "../../../src/members/actions.ts";
import { erasePerson } from "../../../src/members/privacy/erasureActions.ts";
import { insertPerson, insertSeat, loadPersonByEmail } from "../../../src/members/store.ts";
import { membersHouse } from "../../../src/node.ts";
import { sure } from "../../sales/cycles.ts";
import { startMailSink } from "../../tools/mailSink.ts";
import { startNodes } from "../../tools/nodes.ts";
import { type Browser, openBrowser } from "../../web/browser.ts";
import { evening } from "../evenings.ts";

const sink = await startMailSink(t);
const { nodes, settle, clock } = await startNodes(t, ["rete"], {}, [
  "--smtp-url",
  sink.url,
  "--mail-from",
  "nodo@rete.example",
]);
const { node, origin, config, addActor } = nodes.rete;
const { db, wire } = node;
const house = membersHouse(config, db, wire.clock);
const district = addActor({ kind: "district", handle: "rete", name: "Rete delle Marche" });
const other = addActor({ kind: "gas", handle: "altri", name: "Altri" });
const DESK = "/desk/rete/training";
const PATH = "/rete/training/economia-solidale";

async function signIn(name: string, actorId: string): Promise<Browser> {
  const email = `${name}@posta.example`;
  insertPerson(db.orm, { id: name, name, email, claimedEmail: email, createdAt: 0 });
  insertSeat(db.orm, { personId: name, actorId, role: "admin", createdAt: 0 });
  return enterAs(email);
}

async function enterAs(email: string): Promise<Browser> {
  const made = await signInLink(house, email);
  if ("refused" in made) throw new Error(made.refused);
  const browser = openBrowser(node.app, origin);
  const { pathname } = new URL(made.url);
  await browser.submit(await browser.get(pathname), pathname);
  return browser;
}

/** The desk opens a path of a reading, questions and as many lessons. Gives the path's id. */
async function teach(tina: Browser, name: string, lessons: number): Promise<string> {
  const form = await tina.get(`${DESK}/new`);
  const made = await tina.submit(form, `${DESK}/new`, {
    name,
    forWhom: "officials",
    hours: "12,5",
    requiredPercent: "80",
  });
  const desk = made.path;
  const add = async (fields: Record<string, string>) =>
    tina.submit(await tina.get(`${desk}/modules/new`), `${desk}/modules/new`, fields);
  await add({ kind: "reading", name: "Che cos'è", content: "Si legge." });
  await add({ kind: "question", name: "Hai capito?", questions: "Chi paga?\n- nessuno\n* chi ordina" });
  for (let i = 1; i <= lessons; i++) {
    saveGatheringRow(db.orm, evening({ id: `l${i}`.padEnd(26, "a"), actorId: district.id, name: `Lezione ${i}` }));
    await add({ kind: "lesson", name: `Lezione ${i}`, gathering: `l${i}`.padEnd(26, "a") });
  }
  await tina.submit(await tina.get(desk), `${desk}/state`, { state: "published" });
  return desk.split("/").at(-1) ?? "";
}

/** The organiser ticks somebody at lessons, as the desk of gatherings does. */
function tick(email: string, lessons: readonly number[]): void {
  for (const i of lessons)
    db.raw
      .prepare(
        `INSERT INTO gathering_bookings (id, gathering_id, actor_id, name, email, organisation, state, guests, language, position, created_at, asked_at, attended_at)
         VALUES (?, ?, ?, 'Marta', ?, '', 'booked', 0, 'it', 1, 0, 0, 1)`,
      )
      .run(`b${i}${email}`, `l${i}`.padEnd(26, "a"), district.id, email);
}

const tina = await signIn("tina", district.id);
const pathId = await teach(tina, "Economia solidale", 5);
const marta = openBrowser(node.app, origin);

t.test(
  "C13 B51 who has no account begins by a link to their address, and a known address looks the same",
  async (t) => {
    const ask = async (browser: Browser, email: string) => {
      const wish = { name: "Marta Rossi", email, organisation: "Comune di Fano", consent: "on" };
      return browser.submit(await browser.get(`${PATH}/join`), `${PATH}/join`, wish);
    };
    // Letters also leave by themselves, each second.
    const refused = sink.refuseNext(451);
    const sent = await ask(marta, "marta@comune.example");
    const known = await ask(openBrowser(node.app, origin, "127.0.0.9"), "tina@posta.example");
    t.match(sent.body, /Se l&#39;indirizzo è giusto/);
    t.same([known.status, known.path], [sent.status, sent.path]);
    await settle();
    await refused;
    t.same(
      sink.received.flatMap(({ recipients }) => recipients),
      ["tina@posta.example"],
      "the server refused one",
    );
    clock.advance({ minutes: 5 });
    await settle();
    const { mail, recipients } = await sink.reach(2);
    t.same(recipients, ["marta@comune.example"], "and has it when it takes mail again");
    clock.advance({ minutes: 11 });
    await settle();
    t.equal(
      db.raw.prepare("SELECT count(*) FROM training_asks").pluck().get(),
      0,
      "nobody is kept who had their letter",
    );
    const url = /http\S+\/enter\/\S+/.exec(mail.text ?? "")?.[0] ?? "";
    const { pathname } = new URL(url);
    const door = await marta.get(pathname);
    t.equal(loadPersonByEmail(db.orm, "marta@comune.example"), undefined, "opening the link makes nobody");
    const inside = await marta.submit(door, pathname);
    t.equal(inside.path, PATH);
    t.match(inside.body, /Moduli fatti: 0 su 7/);
    t.equal((await openBrowser(node.app, origin).get(pathname)).status, 410, "once");
    t.match((await marta.get("/")).body, /\/account\/learning/);
    t.same(loadPersonByEmail(db.orm, "marta@comune.example")?.nodeAdmin, false);
  },
);

t.test(
  "who attended four lessons of five has a certificate, who attended three is told which are missing",
  async (t) => {
    await marta.submit(await marta.get(`${PATH}/1`), `${PATH}/1`);
    const wrong = await marta.submit(await marta.get(`${PATH}/2`), `${PATH}/2`, { "answer.0": "0" });
    t.match(wrong.body, /0 risposte giuste/);
    const right = await marta.submit(wrong, `${PATH}/2`, { "answer.0": "1" });
    t.match(right.body, /fatto/);
    tick("marta@comune.example", [1, 2, 4]);
    t.match((await marta.get(PATH)).body, /Manca almeno 1 lezione/);
    tick("marta@comune.example", [5]);
    const finished = await marta.get(PATH);
    await trainingClockTasks(wire)[0]!.run(wire.clock.now());
    db.raw.exec("DELETE FROM gathering_bookings");
    t.equal(
      listSteps(db.orm, pathId, loadPersonByEmail(db.orm, "marta@comune.example")!.id).length,
      6,
      "what was learnt outlives the list of who booked",
    );
    const page = await marta.submit(finished, `${PATH}/certificate`, { name: "Marta Rossi" });
    const code = /\/certificate\/(\w+)/.exec(page.body)?.[1] ?? "";
    t.match(code, /^\w{26}$/, "128 bits");
    const paper = await marta.get(`/account/learning/${code}.pdf`);
    t.equal(paper.status, 200);
    t.match(paper.body.slice(0, 8), /^%PDF-1\.7/);
    const certificate = findCertificate(db.orm, code)!;
    const [key] = loadKeys(db.orm, district.id).filter(({ id }) => id === certificate.keyId);
    t.ok(isSound(certificate, key!.publicKey));
    t.notOk(isSound({ ...certificate, hoursThousandths: 99_000 }, key!.publicKey), "nobody adds hours to it");
    t.notOk(isSound({ ...certificate, nameWritten: "Dino" }, key!.publicKey), "nor puts a name on it");
    t.notOk(verifyProof({}, key!.publicKey));
  },
);

t.test("C1 C45 another's progress is not there, nor their paper; C54 who learns is for the desk alone", async (t) => {
  const dino = await signIn("dino", other.id);
  const code = String(db.raw.prepare("SELECT code FROM training_certificates").pluck().get());
  t.equal((await dino.get(`${PATH}/1`)).status, 404, "they do not learn here");
  t.equal((await dino.get(`/account/learning/${code}.pdf`)).status, 404, "C2 another's certificate");
  t.notMatch((await dino.get("/account/learning")).body, /Economia/);
  t.equal((await dino.get(`${DESK}/${pathId}`)).status, 404);
  t.equal((await dino.get(`/desk/altri/training/${pathId}`)).status, 404, "C2 a path of another actor");
  for (const path of ["/rete/training", PATH, "/rete"])
    t.notMatch((await dino.get(path)).body, /Marta|comune\.example/, path);
  t.match((await tina.get(`${DESK}/${pathId}`)).body, /Marta Rossi[\s\S]*Comune di Fano[\s\S]*attestato/);
});

t.test("other nodes read the paths as a Collection of Articles, and nobody's name in them", async (t) => {
  const stranger = openBrowser(node.app, origin);
  const read = async (path: string) =>
    JSON.parse((await stranger.get(path, { accept: "application/activity+json" })).body);
  const all = await read("/rete/training");
  t.match(all, {
    type: "Collection",
    attributedTo: district.id,
    totalItems: 1,
    items: [{ type: "Article", id: `${origin}${PATH}` }],
  });
  const one = await read(PATH);
  t.match(one, { type: "Article", id: `${origin}${PATH}`, to: ["https://www.w3.org/ns/activitystreams#Public"] });
  t.notMatch(JSON.stringify([all, one]), /Marta|comune\.example/);
});

t.test("a certificate is true for whoever checks it, also after the person left, without their name", async (t) => {
  const code = String(db.raw.prepare("SELECT code FROM training_certificates").pluck().get());
  const stranger = openBrowser(node.app, origin);
  const check = await stranger.get(`/certificate/${code}`);
  t.match(check.body, /vale[\s\S]*M\. R\.[\s\S]*Economia solidale[\s\S]*12,5[\s\S]*la firma torna/);
  t.notMatch(check.body, /Marta|Rossi/);
  t.notMatch(check.body, /Impronta/, "by which names could be tried at home");
  t.match((await stranger.get(`/certificate/${code}?name=marta++ROSSI`)).body, /Sì: l&#39;attestato è di marta/);
  t.notMatch((await stranger.get(`/certificate/${code}?name=Marta`)).body, /Rossi/);
  const { id } = loadPersonByEmail(db.orm, "marta@comune.example")!;
  const nothing = {
    standingOf: () => ({ balanceCents: 0, reservedCents: 0, depositCents: 0 }),
    openOrdersOf: () => [],
  };
  t.same(erasePerson({ ...house, ...nothing, keepErasure: () => {} }, id, id), { erased: id });
  const after = await stranger.get(`/certificate/${code}?name=Marta+Rossi`);
  t.match(after.body, /vale[\s\S]*ha cancellato il suo account/);
  t.notMatch(after.body, /M\. R\.|Sì: /, "C52 the name is gone");
  t.equal(listSteps(db.orm, pathId, id).length, 0);
  const revoked = await tina.post(`${DESK}/${pathId}/revoke/${code}`, "again=yes");
  t.equal(revoked.status, 403, "not without the form");
});

t.test("C2 a certificate is taken back at the desk of its path alone, and its code says so from then on", async (t) => {
  await tina.submit(await tina.get(`${PATH}/join`), `${PATH}/join`, { consent: "on" });
  await tina.submit(await tina.get(`${PATH}/1`), `${PATH}/1`);
  await tina.submit(await tina.get(`${PATH}/2`), `${PATH}/2`, { "answer.0": "1" });
  tick("tina@posta.example", [1, 2, 3, 4]);
  const page = await tina.submit(await tina.get(PATH), `${PATH}/certificate`, { name: "Tina Verdi" });
  const code = /\/certificate\/(\w+)/.exec(page.body)?.[1] ?? "";
  const valid = await openBrowser(node.app, origin).get(`/certificate/${code}`);
  t.match(valid.body, /vale[\s\S]*T\. V\./);
  const elsewhere = await teach(tina, "Altro percorso", 0);
  const desk = await tina.get(`${DESK}/${pathId}`);
  const token = /name="_token" value="([^"]+)"/.exec(desk.body)?.[1] ?? "";
  const form = new URLSearchParams({ _token: token, again: "yes", reason: "Il nome era sbagliato." });
  const other = await tina.post(`${DESK}/${elsewhere}/revoke/${code}`, form.toString());
  t.equal(other.status, 404, "the code of another path");
  const revoke = `${DESK}/${pathId}/revoke/${code}`;
  t.ok(desk.body.includes(revoke));
  const silent = await tina.submit(await tina.get(revoke), revoke, { again: "yes" });
  t.equal(silent.status, 422, "not without saying why");
  await tina.submit(silent, revoke, { again: "yes", reason: "Il nome era sbagliato." });
  t.match((await tina.get(PATH)).body, /stato ritirato il[\s\S]*Il nome era sbagliato\.[\s\S]*Puoi averne un altro/);
  const revoked = await openBrowser(node.app, origin).get(`/certificate/${code}`);
  t.match(revoked.body, /ritirato/);
  t.notMatch(revoked.body, /nome era sbagliato/, "why is not for who checks");
  t.equal((await tina.get(revoke)).status, 404, "once");
  t.match((await tina.get("/desk/rete/audit")).body, /Attestato ritirato/);
  const anew = await tina.submit(await tina.get(PATH), `${PATH}/certificate`, { name: "Tina Verdi Rossi" });
  const fresh = /\/certificate\/(\w+)/.exec(anew.body)?.[1] ?? "";
  t.notSame(fresh, code, "whose name was wrong has another one");
  t.match((await openBrowser(node.app, origin).get(`/certificate/${fresh}`)).body, /vale[\s\S]*T\. V\. R\./);
  t.match((await openBrowser(node.app, origin).get(`/certificate/${code}`)).body, /ritirato/, "the old code goes on");
});

t.test("who had a certificate by deceit has no other until the desk allows it, and reads so", async (t) => {
  const held = String(
    db.raw
      .prepare("SELECT code FROM training_certificates WHERE revoked_at IS NULL AND name_written <> ''")
      .pluck()
      .get(),
  );
  const revoke = `${DESK}/${pathId}/revoke/${held}`;
  await tina.submit(await tina.get(revoke), revoke, { again: "no", reason: "Alle lezioni c'era un'altra." });
  const barred = await tina.get(PATH);
  t.match(barred.body, /Alle lezioni c&#39;era[\s\S]*serve il consenso di Rete delle Marche/);
  t.notMatch(barred.body, /Voglio l&#39;attestato|Puoi averne un altro/);
  t.match((await tina.get("/account/learning")).body, /serve il consenso di Rete delle Marche/);
  const desk = await tina.get(`${DESK}/${pathId}`);
  const token = /name="_token" value="([^"]+)"/.exec(desk.body)?.[1] ?? "";
  const anyway = new URLSearchParams({ _token: token, name: "Tina Verdi" });
  const asked = await tina.post(`${PATH}/certificate`, anyway.toString());
  t.equal(asked.status, 409);
  t.match(asked.body, /per averne un altro serve il consenso/);
  t.match(desk.body, /non può averne un altro/);
  const allowed = await tina.submit(desk, `${DESK}/${pathId}/allow/${held}`);
  t.notMatch(allowed.body, /non può averne un altro/);
  t.match((await tina.get("/desk/rete/audit")).body, /Un altro attestato permesso[\s\S]*senza poterne avere un altro/);
  const told = db.raw.prepare("SELECT subject FROM notice_queue WHERE business_key LIKE ? ORDER BY id");
  t.match(
    told.pluck().all(`certificate:${held}:%`),
    [/è stato ritirato/, /di nuovo un attestato/],
    "each by mail, once",
  );
  const anew = await tina.submit(await tina.get(PATH), `${PATH}/certificate`, { name: "Tina Verdi" });
  t.notSame(/\/certificate\/(\w+)/.exec(anew.body)?.[1] ?? held, held);
});

t.test("what is closed takes nobody in, and a draft is not there", async (t) => {
  const draft = await tina.submit(await tina.get(`${DESK}/new`), `${DESK}/new`, {
    name: "Bozza",
    forWhom: "people",
    requiredPercent: "80",
  });
  t.equal((await marta.get("/rete/training/bozza")).status, 404);
  t.notMatch(draft.body, /Apri a tutti/, "an empty path is not opened");
  await tina.submit(await tina.get(`${DESK}/${pathId}`), `${DESK}/${pathId}/state`, { state: "closed" });
  t.equal((await openBrowser(node.app, origin).get(`${PATH}/join`)).status, 409);
  t.match((await openBrowser(node.app, origin).get(PATH)).body, /iscrizioni a questo percorso sono chiuse/);
});

t.test("a draft that a path has as a lesson is not taken away, and whose lesson it is is said", async (t) => {
  const id = "d1".padEnd(26, "a");
  const draft = { state: "draft", publishedAt: null, sequence: 0 } as const;
  saveGatheringRow(db.orm, evening({ id, actorId: district.id, name: "Bozza", ...draft }));
  const facts = { summary: "", forWhom: "officials", hoursThousandths: 0, requiredPercent: 80 } as const;
  const path = savePath(wire, district.id, null, { name: "Con una bozza", ...facts });
  if ("refused" in path) throw new Error(String(path.refused));
  saveModule(wire, path, null, { kind: "lesson", name: "Prima", content: "", gatheringId: id, questions: [] });
  t.same(removeGathering(wire, { actorId: district.id, id, byId: "tina" }), {
    refused: "gathering-is-lesson",
    name: "Con una bozza",
  });
});

t.test(
  "followers hear of a path when it opens, changes, closes and goes, once each, and who learns is in none of it",
  async (t) => {
    const letters = () =>
      (
        db.raw
          .prepare("SELECT json FROM activities WHERE actor_id = ? AND is_public = 1 ORDER BY rowid")
          .pluck()
          .all(district.id) as string[]
      )
        .map((json) => JSON.parse(json))
        .filter(({ object }) => JSON.stringify(object).includes("/training/orti"));
    const types = () => letters().map(({ type }) => type);
    const wish = { name: "Orti", summary: "", forWhom: "people", hoursThousandths: 0, requiredPercent: 80 } as const;
    const { id } = sure(savePath(wire, district.id, null, wish));
    const at = { actorId: district.id, id };
    sure(
      saveModule(wire, at, null, { kind: "reading", name: "La terra", content: "", gatheringId: null, questions: [] }),
    );
    t.same(types(), []);
    sure(movePath(wire, district.id, id, "published"));
    sure(movePath(wire, district.id, id, "published"));
    sure(savePath(wire, district.id, id, wish));
    t.same(types(), ["Create"], "opened, and nothing more was changed");
    sure(savePath(wire, district.id, id, { ...wish, summary: "Si zappa." }));
    sure(movePath(wire, district.id, id, "closed"));
    const desk = await tina.get(`${DESK}/${id}`);
    await tina.submit(desk, `${DESK}/${id}/remove`);
    t.same(types(), ["Create", "Update", "Update", "Delete"]);
    t.notMatch(JSON.stringify(letters()), /tina|Tina|Marta|posta\.example/i);
    const stranger = openBrowser(node.app, origin);
    const gone = await stranger.get("/rete/training/orti", { accept: "application/activity+json" });
    t.match([gone.status, JSON.parse(gone.body)], [410, { type: "Tombstone" }]);
    t.equal((await stranger.get("/rete/training/orti")).status, 410);
    t.notMatch((await stranger.get("/rete/training")).body, /Orti/);
    t.equal((await tina.get(`${DESK}/${id}`)).status, 404);
    t.equal(sure(savePath(wire, district.id, null, wish)).slug, "orti-2", "an address is for ever");
    t.same(removePath(wire, district.id, pathId), { refused: "path-followed", count: 1 }, "somebody follows it");
  },
);

t.test("C46 two who write one path or one module at once see each other's words before anything is lost", async (t) => {
  const edit = `${DESK}/${pathId}/edit`;
  const facts = { name: "Economia solidale", forWhom: "officials", hours: "12,5", requiredPercent: "80" };
  const mine = await tina.get(edit);
  await tina.submit(mine, edit, { ...facts, summary: "Scritto per primo." });
  const late = await tina.submit(mine, edit, { ...facts, summary: "Scritto per secondo." });
  t.equal(late.status, 409);
  t.match(late.body, /Scritto per primo[\s\S]*Scritto per secondo/);
  await tina.submit(late, edit, { ...facts, summary: "Scritto per secondo." });
  t.match((await tina.get(PATH)).body, /Scritto per secondo/);
  const one = `${DESK}/${pathId}/modules/1`;
  const module = await tina.get(one);
  await tina.submit(module, one, { name: "Che cos'è", content: "Uno." });
  t.equal((await tina.submit(module, one, { name: "Che cos'è", content: "Due." })).status, 409);
});

t.test("a lesson whose evening is called off says so, and one that was taken away has no date", async (t) => {
  const evenings = db.raw.prepare("UPDATE gatherings SET state = 'cancelled', cancel_reason = 'neve' WHERE id = ?");
  evenings.run("l5".padEnd(26, "a"));
  t.match((await tina.get(`${PATH}/7`)).body, /è annullata: «neve»/);
  db.raw.exec(`UPDATE gatherings SET removed_at = 1 WHERE id = '${"l5".padEnd(26, "a")}'`);
  t.match((await tina.get(`${PATH}/7`)).body, /La data non c&#39;è ancora/);
  const paper = String(
    db.raw.prepare("SELECT code FROM training_certificates WHERE revoked_at IS NOT NULL").pluck().get(),
  );
  t.equal((await tina.get(`/account/learning/${paper}.pdf`)).status, 410, "no paper of what was taken back");
});
