// The first run: a question a page, each answer kept, until the node stands and the first person knows what comes next.
import t from "tap";
import { describeForWire, ensureNodeActor } from "../../../src/activitypub/actors.ts";
import { loadActorByHandle } from "../../../src/activitypub/store.ts";
import { readMembers } from "../../../src/exchange/readMembers.ts";
import { readPriceList } from "../../../src/exchange/readPriceList.ts";
import { issueSetupLink, type MembersHouse } from "../../../src/members/actions.ts";
import { writeSample } from "../../../src/members/setup/firstSheet.ts";
import { nextBeginStep, nextSetupStep, SETUP_STEPS } from "../../../src/members/setup/setup.ts";
import { checkAddress } from "../../../src/members/setup/setupActions.ts";
import { startMailSink } from "../../tools/mailSink.ts";
import { buildMembers, FANO, pathOf, setUpFano } from "../house.ts";

function linkOf(house: MembersHouse): string {
  const made = issueSetupLink(house);
  if ("refused" in made) throw new Error(made.refused);
  return pathOf(made.url);
}

t.test("the steps come in their order, and what was answered is not asked again", async (t) => {
  t.equal(nextSetupStep({}), "language");
  t.equal(nextSetupStep({ language: "it", address: null }), "kind", "an address nobody tried was passed too");
  const all = { kind: { kind: "gas", level: "des" }, who: { name: "x", handle: "x", place: "", contact: "" } } as const;
  t.equal(nextSetupStep({ language: "it", address: null, ...all }), "you");
  t.equal(nextBeginStep(["key", "data", "done"], { passed: ["key"] }), "data", "who looks after no node has fewer");
  t.equal(SETUP_STEPS.at(-1), "you");
});

t.test("who stops half way goes on there, also with a new link, in the language they chose", async (t) => {
  const house = await buildMembers(t);
  const browser = house.browser();
  const first = linkOf(house);
  const start = await browser.get(first);
  t.equal(start.path, `${first}/language`);
  t.match(start.body, /Passo 1 di 10/);
  const address = await browser.submit(start, `${first}/language`, { language: "en" });
  t.match(address.body, /The address of the node/);
  await browser.submit(address, `${first}/address`, { act: "next" });
  const kind = await browser.get(first);
  t.equal(kind.path, `${first}/kind`);
  await browser.submit(kind, `${first}/kind`, { kind: "producer", level: "des" });
  const second = linkOf(house);
  t.equal((await browser.get(first)).status, 410);
  const who = await browser.get(second);
  t.equal(who.path, `${second}/who`, "the answers outlive the link");
  t.equal(
    (await browser.get(`${second}/you`)).path,
    `${second}/who`,
    "nobody is made before it is known whom they look after",
  );
  t.match((await browser.get(`${second}/kind`)).body, /value="producer" checked/);
  const { personName, email, kind: _, ...farm } = FANO;
  const you = await browser.submit(who, `${second}/who`, { ...farm, contact: "ordini@podere.example" });
  const key = await browser.submit(you, `${second}/you`, { personName, email });
  t.equal(key.path, "/desk/gas-fano/begin/key");
  t.match(key.body, /How you sign in/);
  t.equal(loadActorByHandle(house.db.orm, "gas-fano")?.contact, "ordini@podere.example");
  t.equal(loadActorByHandle(house.db.orm, "gas-fano")?.kind, "producer");
  t.notMatch(JSON.stringify(house.db.raw.prepare("SELECT * FROM node_facts").all()), /podere\.example|setup-draft/);
});

t.test("without a mail server the second half says how one comes back in, and ends with a code to read", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const begin = "/desk/gas-fano/begin";
  t.match((await gino.get("/")).body, /La prima configurazione non è finita/);
  const key = await gino.get(`${begin}/key`);
  t.match(key.body, /sign-in-link/, "nobody could come back in");
  const weak = await gino.submit(key, `${begin}/key/password`, { password: "gino" });
  t.equal(weak.status, 422);
  const set = await gino.submit(weak, `${begin}/key/password`, { password: "mandorla trave ottobre 7" });
  t.notMatch(set.body, /sign-in-link/);
  const mail = await gino.submit(set, `${begin}/key/next`);
  t.match(mail.body, /non ha un server di posta/);
  const data = await gino.submit(mail, `${begin}/mail/next`);
  t.match(data.body, /people\/import[\s\S]*begin\/sample\.csv/);
  t.match((await gino.get(begin)).body, /si è fermata a «I primi dati»/);
  const backup = await gino.submit(data, `${begin}/data/next`);
  t.match(backup.body, /\/data\/backups/);
  t.equal((await gino.submit(backup, `${begin}/backup/hour`, { time: "25" })).status, 422);
  const done = await gino.submit(backup, `${begin}/backup/hour`, { time: "4.15" });
  t.equal(done.path, `${begin}/done`);
  t.match(done.body, /Le prossime 3 cose da fare/);
  const invited = await gino.submit(done, `${begin}/done/invite`);
  t.match(invited.body, /class="qr"/);
  t.equal((await gino.submit(done, `${begin}/done/next`)).path, "/");
  t.notMatch((await gino.get("/")).body, /non è finita/);
});

t.test(
  "a test of the mail is sent to who asks and its outcome shown; a server that is not there is told as such",
  async (t) => {
    const sink = await startMailSink(t);
    const house = await buildMembers(t, { smtpUrl: sink.url });
    const gino = await setUpFano(house);
    const path = "/desk/gas-fano/begin/mail";
    const sent = await gino.submit(await gino.get(path), `${path}/test`);
    t.same((await sink.reach(1)).recipients, [FANO.email]);
    t.match(sent.body, /Guarda in gino@posta\.example/);
    const silent = await buildMembers(t, { smtpUrl: "smtp://127.0.0.1:1" });
    const other = await setUpFano(silent);
    t.match((await other.submit(await other.get(path), `${path}/test`)).body, /non ha accettato/);
  },
);

t.test(
  "the address of the node is told from another's, from silence, and from what cannot be tried here",
  async (t) => {
    const house = await buildMembers(t);
    const { db, origin, secret, clock } = house;
    const own = ensureNodeActor(db, { origin, secret, now: clock.now(), reserved: new Set() });
    const document = describeForWire(db.orm, own);
    const outcome = async (found: Awaited<ReturnType<Parameters<typeof checkAddress>[1]>>) =>
      (await checkAddress(house, async () => found)).outcome;
    t.equal(await outcome({ document }), "reached");
    const other = { ...document, publicKey: { ...(document.publicKey as object), publicKeyPem: "another" } };
    t.equal(await outcome({ document: other }), "elsewhere", "another node under this name");
    t.equal(await outcome({ failed: "unreachable", detail: "HTTP 404" }), "elsewhere", "another site");
    t.equal(await outcome({ failed: "unreachable", detail: "dns: ENOTFOUND" }), "silent");
    t.equal(await outcome({ failed: "unreachable", detail: "private-address: 127.0.0.1" }), "unknown");
  },
);

t.test("the sample sheets are read by the imports they are for, without a line to mend", async (t) => {
  for (const language of ["it", "en"] as const) {
    const members = await readMembers(Buffer.from(writeSample("gas", language)), "prova.csv");
    if ("refused" in members) return t.fail(members.refused);
    t.equal(members.rows.length, 4);
    t.same(members.badRows, []);
    const goods = await readPriceList(Buffer.from(writeSample("producer", language)), "prova.csv");
    if ("refused" in goods) return t.fail(goods.refused);
    t.same(
      goods.lists.map(({ products, badRows }) => [products.length, badRows.length]),
      [[3, 0]],
    );
  }
});
