// What the lived-in town has to do with nodes that are not there: what was reported, a rule, the copy of a list; and pages of its own.
import { insertItemVersion, loadMirror, saveWantedMirror, updateMirror } from "../../src/catalogs/mirror/store.ts";
import type { MirroredProduct } from "../../src/catalogs/readProposal.ts";
import { transact } from "../../src/db/transact.ts";
import { loadPersonByEmail } from "../../src/members/store.ts";
import { ruleDomain } from "../../src/partners/hosts/domainActions.ts";
import { pausePartner } from "../../src/partners/hosts/pauseActions.ts";
import { settleReport } from "../../src/partners/reports/reportActions.ts";
import { insertReport, listOpenReports } from "../../src/partners/reports/reportStore.ts";
import { saveFollow } from "../../src/partners/store.ts";
import { sure } from "../sales/cycles.ts";
import type { TestNode } from "../tools/nodes.ts";
import type { Visit } from "./table.ts";

const SELLER = "https://offerte.example/superofferte";
const DAIRY = "https://casaro.example/caseificio-montefeltro";

/** Reports from a person here and from another node, one of them settled; a blocked domain; the copy of a dairy's list. */
export function addElsewhere(home: TestNode, handle: string, email: string): void {
  const { wire, db } = home.node;
  const actorId = `${home.origin}/${handle}`;
  const personId = loadPersonByEmail(db.orm, email)?.id ?? "";
  const at = wire.clock.now();
  const { host, origin } = new URL(SELLER);
  const theirs = { host, sender: `${origin}/actor`, accused: null, actorId: null, personId: null, at };
  const content = "Scrive ogni giorno a tutte le famiglie: olio a metà prezzo, e nessuno qui conosce l'azienda.";
  const objects = `${SELLER}\n${SELLER}/annunci/olio-nuovo-a-meta-prezzo-solo-per-oggi-e-solo-per-voi`;
  transact(db, (tx) => {
    insertReport(tx, { ...theirs, objects: `${actorId}/posts/1`, content: "Non è un gruppo vero", at: at - 3_600_000 });
    insertReport(tx, { ...theirs, sender: actorId, accused: SELLER, actorId, personId, objects, content });
    insertReport(tx, { ...theirs, objects: actorId, content: "" });
  });
  const [first] = listOpenReports(db.orm, 1);
  sure(settleReport(wire, { id: first!.id, decidedBy: personId }) ?? { id: first!.id });
  sure(ruleDomain(wire, { domain: "pioggia.example", rule: "block", reason: "Messaggi a pioggia" }, personId));
  addDairy(home, actorId, at);
  // Heard from once, and paused by who looks after the node.
  const { host: dairy } = new URL(DAIRY);
  db.raw.prepare("INSERT INTO peers (host, next_at, last_heard_at) VALUES (?, ?, ?)").run(dairy, at, at - 7_200_000);
  sure(pausePartner(wire, dairy, personId) ?? { host: dairy });
}

function addDairy({ node }: TestNode, actorId: string, at: number): void {
  const goods = [
    ["Pecorino fresco di Montefeltro, forma intera", "Formaggi", 2400],
    ["Ricotta", "Formaggi", 500],
    ["Yogurt bianco", "Yogurt e latte", 500],
  ] as const;
  const wanted = { actorId, producerId: DAIRY, catalogIri: `${DAIRY}/catalog`, termsKey: "" };
  const { host } = new URL(DAIRY);
  const asked = { followIri: `${actorId}/activities/dairy`, inbox: `${DAIRY}/inbox`, sharedInbox: null };
  transact(node.db, (tx) => {
    // A copy is kept of who is followed, and of nobody else.
    saveFollow(tx, {
      ...{ actorId, direction: "out", peer: DAIRY, host, state: "accepted", ...asked, createdAt: at, updatedAt: at },
    });
    saveWantedMirror(tx, wanted, at);
    // Nobody is there to be asked again.
    updateMirror(tx, loadMirror(tx, actorId, DAIRY)!, { fetchedAt: at - 7_200_000, dueAt: null });
    for (const [i, [name, category, grams]] of goods.entries()) {
      const id = `${DAIRY}/catalog/${i}`;
      const pack = { quantityThousandths: grams * 1000, unitCode: "GRM", unitText: "g" } as const;
      const kilogram = { quantityThousandths: 1000, unitCode: "KGM", unitText: "kg" } as const;
      const product: MirroredProduct = {
        ...{ id, name, category, sku: null, text: "", updated: "2026-11-20T08:00:00Z" },
        ...{ package: pack, packagePriceCents: 450 + 300 * i, isVariableWeight: i === 0 },
        ...{ unitPrice: { priceTenThousandths: 90_000, per: kilogram }, minimum: null, available: null },
        ...{ seasonMonths: [], certifications: ["organic"], controlBody: null, startsAt: null, endsAt: null },
      };
      const row = { actorId, producerId: DAIRY, itemId: id, isGone: false, updated: product.updated };
      insertItemVersion(tx, { ...row, hash: id, publicHash: id, isDoubtful: i === 1, seenAt: at, product });
    }
  });
}

const fano = "/desk/gas-fano";
const at =
  (path: string): Visit["url"] =>
  (town) =>
    `${town.lived.origin}${path}`;

export const ELSEWHERE_PAGES: readonly Visit[] = [
  { name: "federation", url: at("/node/federation"), as: "admin" },
  { name: "report", url: at(`${fano}/report?who=${encodeURIComponent(SELLER)}`), as: "admin" },
  {
    name: "report-mistakes",
    url: at(`${fano}/report`),
    as: "admin",
    isMinor: true,
    status: 422,
    act: (page) => page.click("main form button"),
  },
  { name: "report-sent", url: at(`${fano}/report?sent=yes`), as: "admin", isMinor: true },
  { name: "mirror", url: at(`${fano}/mirrors?producer=${encodeURIComponent(DAIRY)}`), as: "admin" },
  { name: "audit-node", url: at("/node/audit"), as: "admin", isMinor: true },
  { name: "passkeys", url: at("/account/passkeys"), as: "admin", isMinor: true },
  { name: "second-factor", url: at("/account/second-factor"), as: "admin", isMinor: true },
  { name: "password", url: at("/account/password"), as: "admin", isMinor: true },
  { name: "household", url: at(`${fano}/household`), as: "admin", isMinor: true },
  { name: "joining", url: at(`${fano}/joining`), as: "admin", isMinor: true },
  { name: "joining-settings", url: at(`${fano}/joining/settings`), as: "admin", isMinor: true },
];
