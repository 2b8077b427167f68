// Families that the group knows by a tree: named, paused, ended, and led in again when a phone is lost. Who they are the group never learns.
import { createHash, randomBytes } from "node:crypto";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { invite, type MembersHouse } from "../../members/actions.ts";
import { listHouseholdPeople, listHouseholds } from "../../members/householdStore.ts";
import { insertNameless } from "../../members/namelessStore.ts";
import { saveDisabled } from "../../members/seatStore.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { killSessions } from "../../web/store.ts";
import { words } from "../../web/words.ts";
import { TREES } from "./fund.ts";
import { type Family, findFamilyByCode, insertFamily, listFamilies, saveFamilyState } from "./store.ts";

/** What a family weighs, and the service that knows it. */
export type FamilyWish = { readonly points: number; readonly capCents: number; readonly service: string };

/** A way in, shown once. */
export type WayIn = { readonly name: string; readonly url: string; readonly expiresAt: number };

/** A family that was named: `code` is for its service, which alone knows who it is, and stands nowhere here. */
export type NamedFamily = WayIn & { readonly code: string; readonly householdId: string };

const CODE = /^[a-z2-7]{26}$/;

/**
 * Gives a family that a service follows a tree's name, a household under it, a code for the service and a link for its phone. Refuses
 * `no-more-trees` once all are taken.
 */
export function nameFamily(
  house: MembersHouse,
  actorId: string,
  wish: FamilyWish,
  byId: string,
): NamedFamily | Refusal<"no-more-trees"> {
  const code = encodeId(randomBytes(16));
  const at = house.clock.now();
  const made = transact(house.db, (tx): Refusal<"no-more-trees"> | { name: string; householdId: string } => {
    const name = pickTree(tx, house, actorId);
    if (name === null) return { refused: "no-more-trees" };
    const householdId = insertNameless(tx, actorId, name, at);
    const { points, capCents, service } = wish;
    insertFamily(tx, {
      ...{ id: encodeId(randomBytes(16)), actorId, householdId, codeHash: hashCode(code), codeTail: code.slice(-4) },
      ...{ points, capCents, service, state: "active", createdAt: at, endedAt: null },
    });
    recordAudit(tx, { what: "family-named", actorId, byId, aboutId: null, detail: "", at });
    return { name, householdId };
  });
  if (isRefusal(made)) return made;
  return { ...made, code, ...letIn(house, actorId, made.householdId, byId) };
}

/**
 * A new link for the phone of the family of this code; what its people had open here ends, since a phone was lost. Refuses `not-found`,
 * `family-ended`.
 */
export function renewFamilyLink(
  house: MembersHouse,
  actorId: string,
  code: string,
  byId: string,
): WayIn | Refusal<"not-found" | "family-ended"> {
  const at = house.clock.now();
  const plain = code.toLowerCase().replaceAll(/[^a-z2-7]/g, "");
  const found = transact(house.db, (tx) => {
    const family = CODE.test(plain) ? findFamilyByCode(tx, actorId, hashCode(plain)) : undefined;
    if (!family) return { refused: "not-found" } as const;
    if (family.state === "ended" || family.leftAt !== null) return { refused: "family-ended" } as const;
    for (const { householdId, personId } of listHouseholdPeople(tx, actorId))
      if (householdId === family.householdId) {
        saveDisabled(tx, personId, at);
        killSessions(tx, personId, null);
      }
    recordAudit(tx, { what: "family-link", actorId, byId, aboutId: null, detail: "", at });
    return family;
  });
  if ("refused" in found) return found;
  return { name: found.name, ...letIn(house, actorId, found.householdId, byId) };
}

/** Pauses a family, takes it up again or ends it for good. Refuses `not-found`, `family-ended`. */
export function moveFamily(
  house: Pick<MembersHouse, "db" | "clock">,
  actorId: string,
  move: { readonly familyId: string; readonly to: Family["state"] },
  byId: string,
): Family | Refusal<"not-found" | "family-ended"> {
  const at = house.clock.now();
  return transact(house.db, (tx) => {
    const family = listFamilies(tx, actorId).find(({ id }) => id === move.familyId);
    if (!family) return { refused: "not-found" };
    if (family.state === "ended") return { refused: "family-ended" };
    saveFamilyState(tx, family.id, move.to, move.to === "ended" ? at : null);
    recordAudit(tx, { what: "family-moved", actorId, byId, aboutId: null, detail: move.to, at });
    return { ...family, state: move.to };
  });
}

function letIn(house: MembersHouse, actorId: string, householdId: string, byId: string) {
  return invite(house, { actorId, role: "member", email: null, householdId, byId });
}

/** A tree that no household of the group goes by, also none that left. */
function pickTree(tx: Tx, { language }: MembersHouse, actorId: string): string | null {
  const taken = new Set(listHouseholds(tx, actorId, true).map(({ name }) => name));
  const free = TREES.map((tree) => words(language)("solidarity.treeName", { tree })).filter((name) => !taken.has(name));
  return free[randomBytes(4).readUInt32BE() % Math.max(1, free.length)] ?? null;
}

function hashCode(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
