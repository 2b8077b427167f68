// What the clock does for the suppliers of a list: finds who is on Filiera and has the group follow them; and the letter to who is not.
import { sells } from "../../activitypub/actor.ts";
import { loadActor } from "../../activitypub/store.ts";
import { transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import type { MembersHouse } from "../../members/actions.ts";
import type { LetterWriter } from "../../members/letters/letterActions.ts";
import { followActor } from "../../partners/follows/followActions.ts";
import { words } from "../../web/words.ts";
import type { SupplierDesk } from "./actions.ts";
import { LETTER_FAILED } from "./plan.ts";
import { type Contact, discardOpenImports, listDueContacts, loadContact, saveContact } from "./store.ts";

const HOUR = 3_600_000;
const AT_ONCE = 4;
const TRIES_MAX = 5;

/** Looks for suppliers and follows them; lists that nobody confirmed within a day are forgotten. */
export function supplierClockTasks(desk: Pick<SupplierDesk, "wire">): ClockTask[] {
  const { db } = desk.wire;
  return [
    { name: "find suppliers of lists", everyMs: 5000, run: () => findDue(desk) },
    {
      name: "forget lists of suppliers that nobody confirmed",
      everyMs: HOUR,
      run: (now) => transact(db, (tx) => discardOpenImports(tx, null, now - 24 * HOUR)),
    },
  ];
}

async function findDue(desk: Pick<SupplierDesk, "wire">): Promise<void> {
  const { wire } = desk;
  const due = listDueContacts(wire.db.orm, wire.clock.now(), AT_ONCE);
  await Promise.all(due.map((contact) => find(desk, contact)));
}

async function find({ wire }: Pick<SupplierDesk, "wire">, contact: Contact): Promise<void> {
  const { actorId, peer, address } = contact;
  const found = peer === null ? await wire.discover(address) : await wire.senders.findActor(peer);
  const settle = (change: Partial<Contact>) =>
    transact(wire.db, (tx) => {
      // Taken back or changed while we looked.
      const still = loadContact(tx, contact.id);
      if (still?.state === "to-find") saveContact(tx, { ...still, ...change, updatedAt: wire.clock.now() });
    });
  if ("failed" in found) {
    const attempts = contact.attempts + 1;
    const isOver = found.failed !== "unreachable" || attempts >= TRIES_MAX;
    const nextAt = isOver ? null : wire.clock.now() + HOUR * 2 ** attempts;
    return settle({ attempts, nextAt, problem: found.failed, ...(isOver ? { state: "not-found" } : {}) });
  }
  if (!sells(found.kind)) return settle({ state: "not-found", nextAt: null, problem: "no-seller" });
  const followed = followActor(wire, actorId, found);
  const refused = isRefusal(followed) && followed.refused !== "already-following" ? followed.refused : null;
  if (refused !== null) return settle({ state: "not-found", nextAt: null, problem: refused });
  const isFollowedByList = contact.isFollowedByList || !isRefusal(followed);
  return settle({ state: "followed", peer: found.id, isFollowedByList, nextAt: null, problem: null });
}

/** The letter to a supplier: said once, and again only where it did not arrive; nothing is kept of them beyond the list. */
export function supplierLetters(house: Pick<MembersHouse, "db" | "origin" | "language">): LetterWriter {
  return {
    write: supplierLetter(house),
    noteFailed: (tx, { subjectId }, now) => {
      const contact = loadContact(tx, subjectId);
      if (contact?.state !== "invited") return;
      saveContact(tx, { ...contact, state: "kept", problem: LETTER_FAILED, updatedAt: now });
    },
  };
}

/** Who writes, what it is about, where the group is found. */
function supplierLetter(house: Pick<MembersHouse, "db" | "origin" | "language">): LetterWriter["write"] {
  return async ({ subjectId }) => {
    const contact = loadContact(house.db.orm, subjectId);
    const gas = contact && loadActor(house.db.orm, contact.actorId);
    if (!gas || contact.state !== "invited") return null;
    const say = words(house.language);
    const facts = { gas: gas.name, name: contact.name, url: gas.id, contact: gas.contact || gas.id };
    return {
      to: contact.email,
      subject: say("suppliers.mail.subject", facts),
      text: say("suppliers.mail.text", facts),
    };
  };
}
