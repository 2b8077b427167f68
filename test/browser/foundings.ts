// Who looks for a group in the town's networks, who founds one, and a group that has become two.
import assert from "node:assert/strict";
import { transact } from "../../src/db/transact.ts";
import { householdOf } from "../../src/members/households/householdStore.ts";
import { insertSeat, loadPersonByEmail } from "../../src/members/store.ts";
import { insertBudding, saveAnswer } from "../../src/network/founding/budStore.ts";
import { type Founding, insertFounding, insertSeeker } from "../../src/network/founding/store.ts";
import { findComune } from "../../src/network/places/places.ts";
import { type LinkKind, signLink } from "../../src/web/linkTokens.ts";
import type { TestNode } from "../tools/nodes.ts";
import type { Visit } from "./table.ts";
import type { Town } from "./town.ts";

const DAY = 86_400_000;

/** Seekers and foundings of a network; a group that became two, and asks once more. */
export function addFoundings({ node, addActor, origin }: TestNode, networkId: string, handle: string, email: string) {
  const { orm } = node.db;
  const personId = loadPersonByEmail(orm, email)?.id ?? "";
  const actorId = `${origin}/${handle}`;
  const at = node.wire.clock.now();
  const where = (name: string) => {
    const comune = findComune(name);
    assert(comune, name);
    return { istat: comune.istat, comune: comune.name };
  };
  const born = addActor({ kind: "gas", handle: "gas-metauro", name: "GAS Metauro", place: "Fossombrone" });
  insertSeat(orm, { personId, actorId: born.id, role: "admin", createdAt: at });
  transact(node.db, (tx) => {
    const told = {
      askedAt: at,
      toldAt: null,
      createdAt: at,
      fromHash: null,
      language: "it" as const,
      actorId: networkId,
    };
    const seek = (id: string, comune: string, provenAt: number | null, wantsToFound = false) =>
      insertSeeker(tx, {
        ...{ id, ...where(comune), email: `${id}@posta.example`, name: "Bea" },
        ...told,
        provenAt,
        wantsToFound,
      });
    seek("seeker", "Pergola", null);
    for (let i = 0; i < 7; i++) seek(`seeker${i}`, i < 5 ? "Pergola" : "San Lorenzo in Campo", at, i < 6);
    seek("far", "Ascoli Piceno", at);
    const found = (id: string, name: string, comune: string, change: Partial<Founding>) => {
      const row = { ...foundingOf(id, networkId, at), name, ...where(comune), ...change };
      insertFounding(tx, row);
    };
    found("founding", "GAS Pergola", "Pergola", { wish: "own-node", state: "agreed", decidedAt: at });
    found("asked", "GAS Mondavio", "Mondavio", {});
    found("agreed", "GAS Cagli", "Cagli", { state: "agreed", decidedAt: at, decidedBy: personId });
    const bud = { actorId, createdBy: personId, toldAt: null };
    const made = { state: "made", madeId: born.id, endedAt: at - DAY, createdAt: at - 9 * DAY } as const;
    insertBudding(tx, {
      id: "made",
      ...bud,
      ...made,
      name: "GAS Metauro",
      handle: born.handle,
      ...where("Fossombrone"),
    });
    const open = { state: "open", madeId: null, endedAt: null, createdAt: at } as const;
    insertBudding(tx, { id: "open", ...bud, ...open, name: "GAS Cesano", handle: "gas-cesano", ...where("Mondolfo") });
    const household = householdOf(tx, actorId, "giulia");
    assert(household, "Giulia has a household");
    const answer = { actorId, householdId: household.id, says: "yes", byId: "giulia", offersToRun: true, at } as const;
    for (const buddingId of ["made", "open"]) saveAnswer(tx, { buddingId, ...answer });
  });
}

/** A founding of that network that waits for its word. */
function foundingOf(id: string, actorId: string, at: number): Omit<Founding, "name" | "istat" | "comune"> {
  return {
    ...{ id, actorId, wish: "hosted", state: "asked", byName: "Carla Bonci", byEmail: `${id}@posta.example` },
    ...{ language: "it", steps: [1, 2, 4], madeUri: null, createdAt: at, openedAt: at, writtenAt: at },
    ...{ fromHash: null, decidedAt: null, decidedBy: null },
  };
}

const at =
  (path: string): Visit["url"] =>
  ({ lived }) =>
    `${lived.origin}${path}`;

/** A link as a letter brings it. */
const link =
  (path: string, kind: LinkKind, subject: string): Visit["url"] =>
  async ({ lived, byways }: Town) =>
    `${lived.origin}${path}/${await signLink(byways.house, kind, { subject, next: "/", now: byways.house.clock.now(), lifeMs: DAY })}`;

const minor = { as: "admin", isMinor: true } as const;
const outside = { as: "nobody", isMinor: true } as const;

export const FOUNDING_PAGES: readonly Visit[] = [
  { name: "near", url: at("/rete/near?comune=Fano"), as: "nobody" },
  { name: "near-nobody", url: at("/rete/near?comune=Ascoli+Piceno"), ...outside },
  { name: "seeker", url: link("/metauro/near", "seek", "seeker"), ...outside },
  { name: "start", url: at("/rete/start?comune=Fano"), ...outside },
  { name: "start-progress", url: link("/metauro/start", "found", "founding"), ...outside },
  { name: "desk-founding", url: at("/desk/metauro/network/founding"), ...minor },
  { name: "node-hosting", url: at("/node/hosting"), ...minor },
  { name: "node-actors", url: at("/node/actors"), ...minor },
  { name: "desk-budding", url: at("/desk/gas-fano/budding"), ...minor },
  { name: "desk-budding-born", url: at("/desk/gas-metauro/budding"), ...minor },
  { name: "desk-budding-balances", url: at("/desk/gas-metauro/budding/balances"), ...minor },
];
