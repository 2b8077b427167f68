// Families that the group knows by a tree: named, paused, ended, and led in again when a phone is lost. Who they are the group never learns.
import { createHash, randomBytes } from "node:crypto";
import { type Once, onceOnly } from "../../db/onceOnly.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { inviteWithin, type MembersHouse } from "../../members/actions.ts";
import { listHouseholdPeople, listHouseholds } from "../../members/households/householdStore.ts";
import { insertNameless } from "../../members/households/namelessStore.ts";
import { saveDisabled } from "../../members/seatStore.ts";
import { deleteOpenInvitations } from "../../members/store.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { killSessions } from "../../web/store.ts";
import { words } from "../../web/words.ts";
import { TREES } from "./fund.ts";
import { type Family, findFamilyByCode, insertFamily, listFamilies, saveFamilyCode, saveFamilyState } from "./store.ts";

/** What a family weighs, and the service that knows it. */
export type FamilyWish = { readonly points: number; readonly capCents: number; readonly service: string };

/** A way in, shown once. */
export type WayIn = { readonly name: string; readonly url: string; readonly expiresAt: number };

/** A family that was named: `code` is for its service, which alone knows who it is, and stands nowhere here. */
export type NamedFamily = WayIn & { readonly code: string; readonly householdId: string };

/** Another code of a family, shown once; `link` where nobody has come in by one yet. */
export type NewCode = {
  readonly name: string;
  readonly code: string;
  readonly link: { readonly url: string; readonly expiresAt: number } | null;
};

const CODE = /^[a-z2-7]{26}$/;

/**
 * Gives a family that a service follows a tree's name, a household under it, a code for the service and a link for its phone. Refuses
 * `no-more-trees` once all are taken, `shown-once` where this form (`onceKey`) was sent before.
 */
export function nameFamily(
  house: MembersHouse,
  actorId: string,
  wish: FamilyWish,
  byId: string,
  onceKey: string | null = null,
): NamedFamily | Refusal {
  const at = house.clock.now();
  const once = onceKey === null ? null : { scope: byId, key: onceKey, request: [actorId, wish], now: at };
  return transact(house.db, (tx) =>
    showOnce(tx, once, (): NamedFamily | Refusal<"no-more-trees"> => {
      const code = encodeId(randomBytes(16));
      const name = pickTree(tx, house, actorId);
      if (name === null) return { refused: "no-more-trees" };
      const householdId = insertNameless(tx, actorId, name, at);
      const { points, capCents, service } = wish;
      insertFamily(tx, {
        ...{ id: encodeId(randomBytes(16)), actorId, householdId, codeHash: hashCode(code), codeTail: code.slice(-4) },
        ...{ points, capCents, service, state: "active", createdAt: at, endedAt: null },
      });
      recordAudit(tx, { what: "family-named", actorId, byId, aboutId: null, detail: "", at });
      return { name, householdId, code, ...letIn(tx, house, { actorId, householdId, byId }) };
    }),
  );
}

/**
 * A new link for the phone of the family of this code; what its people had open here ends, since a phone was lost. Refuses `not-found`,
 * `family-ended`, `shown-once` where this form (`onceKey`) was sent before.
 */
export function renewFamilyLink(
  house: MembersHouse,
  actorId: string,
  code: string,
  byId: string,
  onceKey: string | null = null,
): WayIn | Refusal {
  const at = house.clock.now();
  const plain = code.toLowerCase().replaceAll(/[^a-z2-7]/g, "");
  const once = onceKey === null ? null : { scope: byId, key: onceKey, request: [actorId, hashCode(plain)], now: at };
  return transact(house.db, (tx) =>
    showOnce(tx, once, (): WayIn | Refusal<"not-found" | "family-ended"> => {
      const family = CODE.test(plain) ? findFamilyByCode(tx, actorId, hashCode(plain)) : undefined;
      if (!family) return { refused: "not-found" };
      if (family.state === "ended" || family.leftAt !== null) return { refused: "family-ended" };
      for (const { householdId, personId } of listHouseholdPeople(tx, actorId))
        if (householdId === family.householdId) {
          saveDisabled(tx, personId, at);
          killSessions(tx, personId, null);
        }
      recordAudit(tx, { what: "family-link", actorId, byId, aboutId: null, detail: "", at });
      return { name: family.name, ...letIn(tx, house, { actorId, householdId: family.householdId, byId }) };
    }),
  );
}

/**
 * Another code for a family whose service never had the first one, or lost it: the first is worth nothing from then on, and nobody says who the
 * family is. Where nobody came in yet, a new link too. Refuses `not-found`, `family-ended`, `shown-once` where this form (`onceKey`) was sent
 * before.
 */
export function renewFamilyCode(
  house: MembersHouse,
  actorId: string,
  familyId: string,
  byId: string,
  onceKey: string,
): NewCode | Refusal {
  const at = house.clock.now();
  return transact(house.db, (tx) =>
    showOnce(
      tx,
      { scope: byId, key: onceKey, request: [actorId, familyId], now: at },
      (): NewCode | Refusal<"not-found" | "family-ended"> => {
        const family = listFamilies(tx, actorId).find(({ id }) => id === familyId);
        if (!family) return { refused: "not-found" };
        if (family.state === "ended" || family.leftAt !== null) return { refused: "family-ended" };
        const { name, householdId } = family;
        const code = encodeId(randomBytes(16));
        saveFamilyCode(tx, familyId, { codeHash: hashCode(code), codeTail: code.slice(-4) });
        recordAudit(tx, { what: "family-code", actorId, byId, aboutId: null, detail: "", at });
        const isIn = listHouseholdPeople(tx, actorId).some((one) => one.householdId === householdId);
        return { name, code, link: isIn ? null : letIn(tx, house, { actorId, householdId, byId }) };
      },
    ),
  );
}

/** Makes what is shown once. That it was made is kept under the form's key, what was made is not: sent again it is `shown-once`. */
function showOnce<T extends { readonly name: string }>(
  tx: Tx,
  once: Once | null,
  make: () => T | Refusal,
): T | Refusal {
  const shown: T[] = [];
  const done = onceOnly(tx, once, () => {
    const made = make();
    if (isRefusal(made)) return made;
    shown.push(made);
    return {};
  });
  return isRefusal(done) ? done : (shown[0] ?? { refused: "shown-once" });
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

/** A link for the family's phone; one that nobody used ends. */
function letIn(tx: Tx, house: MembersHouse, seat: { actorId: string; householdId: string; byId: string }) {
  deleteOpenInvitations(tx, seat.actorId, seat.householdId);
  return inviteWithin(tx, house, { ...seat, role: "member", email: null });
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
