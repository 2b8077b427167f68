// Pages off the great ways: links out of letters, lists brought in, who looks after a network and who joins one.
import assert from "node:assert/strict";
import { generateSync } from "otplib";
import type { Page } from "playwright-core";
import { loadActor } from "../../src/activitypub/store.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { answerNamer, nameKeeper } from "../../src/catalogs/keeping/actions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { transact } from "../../src/db/transact.ts";
import { invite, type MembersHouse } from "../../src/members/actions.ts";
import { beginSecondFactor, confirmSecondFactor } from "../../src/members/credentials/secondFactorActions.ts";
import { insertEmailChange } from "../../src/members/email/emailStore.ts";
import { changeJoining } from "../../src/members/joining/joinActions.ts";
import { insertPerson, insertSeat, loadPersonByEmail } from "../../src/members/store.ts";
import { acceptMember, joinNetwork, saveCharter } from "../../src/network/membership/actions.ts";
import { loadCharter } from "../../src/network/membership/listStore.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { type LinkKind, signLink } from "../../src/web/linkTokens.ts";
import { MILL } from "../network/index/entries.ts";
import { sure } from "../sales/cycles.ts";
import type { TestNode } from "../tools/nodes.ts";
import { addFoundings } from "./foundings.ts";
import { ledOrder } from "./ledOrders.ts";
import { neighbours } from "./partnersTown.ts";
import type { Visit } from "./table.ts";
import type { Town } from "./town.ts";
import { TRAINING_PAGES } from "./training.ts";

const DAY = 86_400_000;

/** What the links of letters are signed by, and whom they are about. */
export type Byways = { readonly house: MembersHouse; readonly personId: string; readonly networkId: string };

/** The address of somebody who must give a code of their phone too. */
export const HALF = "rita@posta.example";

/** The address of who administers a farm, and of no group. */
export const FARMER = "lidia@posta.example";

/** A person with a second factor, two addresses on their way, and a district whose coordinator the administrator is. */
export async function addByways(home: TestNode, house: MembersHouse, handle: string, email: string, farm: string) {
  const { orm } = home.node.db;
  const personId = loadPersonByEmail(orm, email)?.id ?? "";
  const actorId = `${home.origin}/${handle}`;
  const at = house.clock.now();
  insertPerson(orm, { id: "rita", name: "Rita Sonaglia", email: HALF, claimedEmail: HALF, createdAt: 0 });
  insertSeat(orm, { personId: "rita", actorId, role: "cashier", createdAt: 0 });
  const begun = beginSecondFactor(house, "rita");
  const code = generateSync({ secret: begun?.secret ?? "", epoch: Math.floor(at / 1000) });
  sure(confirmSecondFactor(house, { personId: "rita", sessionKey: "" }, code));
  transact(house.db, (tx) => {
    const change = { oldEmail: HALF, newEmail: "rita@casa.example", askedAt: at, confirmedAt: null, undoneAt: null };
    insertEmailChange(tx, { ...change, id: "asked", personId: "rita" });
    insertEmailChange(tx, {
      ...change,
      id: "changed",
      personId: "giulia",
      oldEmail: "g@posta.example",
      confirmedAt: at,
    });
  });
  const joining = { isOpen: true, places: 3, about: "", how: "Vieni a una consegna.", showsProducers: true };
  changeJoining(house, { actorId, byId: personId }, joining);
  const networkId = await addDistrict(home, personId, [actorId, `${home.origin}/${farm}`]);
  addFoundings(home, networkId, handle, email);
  addKeptFarm(home, actorId);
  return { house, personId, networkId };
}

/** A farm with an administrator of its own, whose list the group keeps; and one that names the group, which has not answered. */
function addKeptFarm({ node, addActor }: TestNode, keeperId: string): void {
  const { orm } = node.db;
  const garden = addActor({ kind: "producer", handle: "orto", name: "Orto di Bellocchi", place: "Fano" });
  insertPerson(orm, { id: "lidia", name: "Lidia Orciani", email: FARMER, claimedEmail: FARMER, createdAt: 0 });
  insertSeat(orm, { personId: "lidia", actorId: garden.id, role: "admin", createdAt: 0 });
  for (const [name, price] of [
    ["Cavolo nero, mazzo", 22_000],
    ["Zucca mantovana", 18_500],
  ] as const)
    sure(
      saveProduct(node.wire, garden, { productId: null, expectedVersion: 0, facts: startFacts(name, price, "KGM") }),
    );
  sure(nameKeeper(node.wire, garden.id, keeperId, "lidia"));
  sure(answerNamer(node.wire, { actorId: keeperId, byId: "lidia" }, garden.id, "yes"));
  const bees = addActor({ kind: "producer", handle: "apiario", name: "Apiario del Catria", place: "Cagli" });
  sure(nameKeeper(node.wire, bees.id, keeperId, "lidia"));
}

/** A district with a charter that the farm has joined and the group would like to. */
async function addDistrict({ node, addActor }: TestNode, personId: string, [gas = "", farm = ""]: string[]) {
  const { wire, db } = node;
  const district = addActor({ kind: "district", handle: "metauro", name: "Distretto del Metauro", place: "Fano" });
  insertSeat(db.orm, { personId, actorId: district.id, role: "district", createdAt: 0 });
  sure(saveCharter(wire, district.id, "Si compra da chi coltiva senza veleni.\n\nIl prezzo si fa insieme.", personId));
  const charter = { ...loadCharter(db.orm, district.id)!, iri: `${district.id}/charter/1` };
  const network = await wire.senders.findActor(district.id);
  assert("id" in network, "the district is found");
  for (const actorId of [gas, farm]) sure(joinNetwork(wire, { actorId, byId: personId }, network, charter));
  for (let round = 0; round < 3; round++) await node.runDue();
  assert(loadActor(db.orm, farm), "the farm lives here");
  sure(acceptMember(wire, { actorId: district.id, peer: farm, byId: personId }));
  for (let round = 0; round < 3; round++) await node.runDue();
  return district.id;
}

const at =
  (path: string): Visit["url"] =>
  ({ lived }) =>
    `${lived.origin}${path}`;

/** A link as a letter brings it. */
export const link =
  (path: string, kind: LinkKind, subject: string, next = "/account"): Visit["url"] =>
  async ({ lived, byways }: Town) =>
    `${lived.origin}${path}/${await signLink(byways.house, kind, { subject, next, now: byways.house.clock.now(), lifeMs: DAY })}`;

/** Chooses a list of that text and sends it. */
const bring = (text: string) => async (page: Page) => {
  await page.setInputFiles("[name=file]", { name: "elenco.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.locator("main form[enctype] button").first().click();
};

const MEMBERS =
  "Famiglia;Nome;E-mail;Saldo\nRossi;Anna;anna@posta.example;45,50\nVerdi;Dino;dino@posta.example;12,5o\n";
const SUPPLIERS =
  "Fornitore;E-mail;Comune;P.IVA\nForno Rossi;forno@posta.example;Fano;01234567897\nCaseificio Alto;;Urbino;123\n";
const fano = "/desk/gas-fano";
const farm = "/desk/agrumeto";
const network = "/desk/metauro/network";
export const minor = { as: "admin", isMinor: true } as const;
export const outside = { as: "nobody", isMinor: true } as const;

export const BYWAY_PAGES: readonly Visit[] = [
  {
    ...{ name: "invitation", ...outside },
    url: ({ lived, byways: { house } }) =>
      invite(house, { actorId: `${lived.origin}/gas-fano`, role: "member", email: null }).url,
  },
  { name: "sign-in-password", url: at("/sign-in/password"), ...outside },
  { name: "sign-in-second", url: at("/sign-in/second"), as: "half", isMinor: true },
  { name: "email-prove", url: link("/email-prove", "email-prove", "asked"), ...outside },
  { name: "email-undo", url: link("/email-undo", "email-undo", "changed"), ...outside },
  { name: "notices-stop", url: link("/notices/stop", "stop-notices", "rita", "order-opened"), ...outside },
  { name: "join", url: at("/gas-fano/join"), ...outside },
  { name: "begin", url: at(`${fano}/begin`), ...minor },
  { name: "person", url: ({ lived }) => `${lived.origin}${fano}/people/giulia`, ...minor },
  { name: "people-import", url: at(`${fano}/people/import`), ...minor },
  {
    ...{ name: "people-import-preview", ...minor, url: at(`${fano}/people/import`), act: bring(MEMBERS) },
    leadsTo: "/desk/:handle/people/import/:id",
  },
  {
    ...{ name: "people-import-columns", ...minor, url: at(`${fano}/people/import`) },
    act: bring("Chi;Boh;Euro\nAnna;anna@posta.example;3\n"),
    leadsTo: "/desk/:handle/people/import/:id/columns",
  },
  { name: "suppliers", url: at(`${fano}/partners/suppliers`), ...minor },
  {
    ...{ name: "suppliers-preview", ...minor, url: at(`${fano}/partners/suppliers`), act: bring(SUPPLIERS) },
    leadsTo: "/desk/:handle/partners/suppliers/import/:id",
  },
  {
    ...{ name: "suppliers-columns", ...minor, url: at(`${fano}/partners/suppliers`) },
    act: bring("Chi;Boh\nForno Rossi;Fano\n"),
    leadsTo: "/desk/:handle/partners/suppliers/import/:id/columns",
  },
  {
    ...{ name: "desk-catalog-columns", ...minor, url: at(`${farm}/catalog/import`) },
    act: bring("Cosa;Boh;Quanto\nMele;cassa;12\n"),
    leadsTo: "/desk/:handle/catalog/import/:id/columns",
  },
  {
    ...{ name: "order-again", ...minor },
    url: ({ lived, dealings }) => `${lived.origin}${fano}/orders/${dealings.delivering.order}/again`,
  },
  {
    ...{ name: "order-groups", ...minor },
    url: ({ lived, shopping }) => `${lived.origin}${fano}/orders/${shopping.open}/groups`,
  },
  {
    ...{ name: "order-groups-later", ...minor },
    url: ({ lived, dealings }) => `${lived.origin}${fano}/orders/${dealings.delivering.order}/groups`,
  },
  { name: "order-groups-led", ...minor, url: ledOrder },
  {
    ...{ name: "partners-terms", ...minor },
    url: async (town) => (await neighbours(town)).inForce.replace("/pact?", "/terms?"),
  },
  {
    ...{ name: "partners-quotas", ...minor },
    url: ({ lived }) => {
      const sale = listPacts(lived.node.db.orm, `${lived.origin}/agrumeto`, 50).find(({ state }) => state === "live");
      return `${lived.origin}/desk/agrumeto/partners/quotas?iri=${encodeURIComponent(sale?.pact.iri ?? "")}`;
    },
  },
  {
    ...{ name: "follow-from-elsewhere", ...minor },
    url: ({ lived }) => `${lived.origin}/authorize_interaction?uri=${encodeURIComponent(`${lived.origin}/agrumeto`)}`,
  },
  { name: "node-leaving", url: at("/node/leaving"), ...minor },
  {
    ...{ name: "money-household-limit", ...minor },
    url: ({ lived, treasury }) => `${lived.origin}${fano}/money/households/${treasury.household}/limit`,
  },
  { name: "network-members", url: at("/metauro/members"), ...outside },
  { name: "network-charter", url: at("/metauro/charter/1"), ...outside },
  { name: "network-embed", url: at("/embed/rete/offers"), ...outside },
  { name: "network-embed-meetings", url: at("/embed/rete/calendar"), ...outside },
  { name: "desk-network", url: at(network), ...minor },
  {
    ...{ name: "desk-network-member", ...minor },
    url: ({ lived }) => `${lived.origin}${network}/member?peer=${encodeURIComponent(`${lived.origin}/gas-fano`)}`,
  },
  { name: "desk-network-charter", url: at(`${network}/charter`), ...minor },
  { name: "desk-network-settings", url: at(`${network}/settings`), ...minor },
  { name: "desk-hub", url: at(`${network}/hub`), ...minor },
  { name: "desk-catalog-keeper", url: at("/desk/orto/catalog/keeper"), as: "farmer" },
  {
    ...{ name: "desk-catalog-keeper-changed", as: "farmer", isMinor: true },
    url: at("/desk/orto/catalog/keeper?before="),
  },
  { name: "desk-keeping", url: at(`${fano}/keeping`), ...minor },
  { name: "desk-keeping-done", url: at(`${fano}/keeping?done=yes`), ...minor },
  { name: "desk-catalog-kept", url: at("/desk/orto/catalog"), ...minor },
  { name: "catalog-kept", url: at("/orto/catalog"), ...outside },
  { name: "desk-catalog-open", url: at(`${farm}/catalog/open`), ...minor },
  { name: "network-calendar", url: at("/rete/calendar"), ...outside },
  { name: "network-source", url: at(`/rete/at?source=${encodeURIComponent(MILL)}`), ...outside },
  { name: "network-open-data", url: at("/rete/open-data"), ...outside },
  { name: "desk-sources", url: at("/desk/metauro/sources"), ...minor },
  { name: "desk-networks", url: at(`${fano}/networks`), ...minor },
  {
    ...{ name: "desk-networks-find", ...minor },
    url: ({ lived, byways }) => `${lived.origin}${fano}/networks/find?who=${encodeURIComponent(byways.networkId)}`,
  },
  ...TRAINING_PAGES,
];
