// A farm at work beside the group of the town: a list, a cycle that is open, one still in the drawer, a group that reads.
import sharp from "sharp";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { loadActor, loadKeys } from "../../src/activitypub/store.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { storePicture } from "../../src/catalogs/pictures/actions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { transact } from "../../src/db/transact.ts";
import { insertSeat, loadPersonByEmail } from "../../src/members/store.ts";
import { savePinnedKey } from "../../src/partners/pacts/pactStore.ts";
import { createCycle, openCycle } from "../../src/sales/actions.ts";
import type { Plan } from "../../src/sales/cycle.ts";
import { orderName } from "../../src/sales/orderPages.ts";
import { addPact } from "../partners/standing.ts";
import { sure } from "../sales/cycles.ts";
import { groupAt } from "../sales/market.ts";
import type { TestNode } from "../tools/nodes.ts";

const DAY = 86_400_000;
const CERTIFIED = [
  { kind: "organic" as const, body: "Suolo e Salute", operatorCode: "IT-BIO-004", validUntil: "2026-12-31" },
];

/** The farm's handle and its cycles, and the address of the open one on the group's desk. */
export type Season = {
  readonly farm: string;
  readonly open: string;
  readonly draft: string;
  readonly offer: string;
  readonly sale: string;
};

/** Adds a farm to a node where a group and its administrator live; the administrator sits at the farm's desk too. */
export async function addSeason(home: TestNode, groupHandle: string, email: string): Promise<Season> {
  const { node, origin } = home;
  const { wire, db } = node;
  const handle = "agrumeto";
  const farm = home.addActor({ kind: "producer", handle, name: "Agrumeto Belvedere", place: "Grottammare" });
  const personId = loadPersonByEmail(db.orm, email)?.id ?? "";
  insertSeat(db.orm, { personId, actorId: farm.id, role: "producer", createdAt: 0 });
  transact(db, (tx) => {
    for (const ours of [farm.id, `${origin}/${groupHandle}`]) addPact(tx, `${origin}/${groupHandle}`, farm.id, ours);
  });
  const images = [
    { hash: await addPhoto(home, farm.id, "#e58a1f"), alt: "Una cassetta di arance Navel" },
    { hash: await addPhoto(home, farm.id, "#4f7a34"), alt: "L'agrumeto a novembre" },
  ];
  const document = { hash: await addPhoto(home, farm.id, "#f4f1e8"), type: "jpg" as const };
  const certifications = CERTIFIED.map((one) => ({ ...one, document }));
  const products = ["Arance Navel di prima scelta, cassetta", "Limoni", "Marmellata di arance amare"].map((name, i) =>
    sure(
      saveProduct(wire, farm, {
        productId: null,
        expectedVersion: 0,
        facts: {
          ...startFacts(name, 17_500 + 5000 * i, "KGM"),
          ...(i < 2 ? { certifications, category: "Agrumi" } : { category: "Conserve" }),
          ...(i === 0 ? { images } : {}),
        },
      }),
    ),
  );
  const lines = products.slice(0, 2).map(({ id, version, facts }) => ({
    goods: { productIri: id, productVersion: version, facts },
    availableThousandths: 800_000,
  }));
  const minute = Math.floor(wire.clock.now() / 60_000) * 60_000;
  const place = "Cortile della scuola, via delle Rimembranze, Fano";
  const plan: Plan = {
    name: "Agrumi di dicembre, consegna sabato 12",
    note: "Raccolti la settimana della consegna.",
    opensAt: null,
    closesAt: minute + 8 * DAY,
    deliveries: [
      { number: 1, startAt: minute + 19 * DAY, endAt: minute + 19 * DAY + 7_200_000, place, position: null },
    ],
    minimumOrderCents: 15_000,
    visibility: "public",
  };
  const draft = sure(createCycle(wire, farm.id, plan, lines)).id;
  const open = sure(createCycle(wire, farm.id, plan, lines)).id;
  sure(openCycle(wire, { actorId: farm.id, cycleId: open }));
  for (let round = 0; round < 3; round++) await node.runDue();
  const offer = Buffer.from(`${farm.id} ${farm.id}/cycles/${open}`).toString("base64url");
  const sale = await orderFrom(home, `${origin}/${groupHandle}`, farm, open);
  return { farm: handle, open, draft, offer, sale };
}

/** A photograph as a telephone takes them, as far as its weight goes: no two points alike. Gives its hash. */
export async function addPhoto({ node, config }: TestNode, actorId: string, shade: string): Promise<string> {
  const noise = { type: "gaussian" as const, mean: 128, sigma: 40 };
  const grain = await sharp({ create: { width: 24, height: 18, channels: 3, background: shade, noise } })
    .png()
    .toBuffer();
  const bytes = await sharp(grain).resize(960, 720, { kernel: "cubic" }).tint(shade).jpeg().toBuffer();
  return sure(await storePicture(node.wire, config.dataFolder, { id: actorId }, bytes)).hash;
}

/** An order of the group: agreed once, then asked for more than there is. Its name on the farm's desk. */
async function orderFrom(home: TestNode, groupId: string, farm: LocalActor, cycleId: string): Promise<string> {
  const { db } = home.node;
  const pinnedAt = home.node.wire.clock.now();
  transact(db, (tx) => {
    for (const [actorId, peer] of [
      [groupId, farm.id],
      [farm.id, groupId],
    ] as const) {
      const { id: keyId, publicKey: multibase } = loadKeys(tx, peer).find(({ algorithm }) => algorithm === "ed25519")!;
      savePinnedKey(tx, { actorId, peer, keyId, multibase, pinnedBy: "pact", pinnedAt });
    }
  });
  const group = groupAt(home, loadActor(db.orm, groupId)!, farm);
  const oranges = (kilograms: number) => ({
    lineIri: `${farm.id}/cycles/${cycleId}/1`,
    unit: "kilogram",
    quantityThousandths: kilograms * 1000,
    amountCents: kilograms * 175,
  });
  for (const [i, kilograms] of [100, 900].entries()) {
    group.offer([oranges(kilograms)], i + 1);
    for (let round = 0; round < 3; round++) await home.node.runDue();
  }
  return orderName(group.thread);
}
