// What can happen to an order that is booked elsewhere, each thing one synchronous transaction; and the mails about it.
import { randomBytes } from "node:crypto";
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { encodeId } from "../../kernel/ids.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { queueNotice } from "../../members/notices/noticeActions.ts";
import { formats } from "../../web/format.ts";
import { remindsOf } from "../notices/notice.ts";
import { listMembers, type TellingHouse } from "../notices/noticeActions.ts";
import { checkOutside, type OutsideOrder, type OutsidePlan, siteOf } from "./outside.ts";
import { listAllOpenOutside, listOpenOutside, loadOutside, saveOutside } from "./store.ts";

type House = Pick<Wire, "db" | "clock">;
/** Which one, and its `updatedAt` as the person saw it. */
type OutsideKey = { readonly actorId: string; readonly id: string; readonly seenUpdatedAt: number };

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** More at once nobody reads. */
const OPEN_MAX = 50;
const TOLD_AT_ONCE = 500;

/** Puts an order among the group's that is booked at its address. Refuses `too-many-orders`, and what `checkOutside` refuses. */
export function createOutside({ db, clock }: House, actorId: string, plan: OutsidePlan): OutsideOrder | Refusal {
  const now = clock.now();
  return transact(db, (tx) => {
    const wrong = checkOutside(plan, now);
    if (wrong) return wrong;
    if (listOpenOutside(tx, actorId, now, OPEN_MAX).length >= OPEN_MAX)
      return { refused: "too-many-orders", limit: OPEN_MAX };
    const fresh = { calledOffAt: null, toldAt: null, remindedFor: null, createdAt: now, updatedAt: now };
    const order: OutsideOrder = { ...plan, ...fresh, id: encodeId(randomBytes(16)), actorId };
    saveOutside(tx, order);
    return order;
  });
}

/** Changes it while it is open. Refuses `not-found`, `stale-version`, `wrong-state`, and what `checkOutside` refuses. */
export function editOutside(house: House, key: OutsideKey, plan: OutsidePlan): OutsideOrder | Refusal {
  return onOutside(house, key, (order, now) => checkOutside(plan, now) ?? { ...order, ...plan });
}

/** Calls it off: who looks no longer finds it, calendars cross it out. Refuses `not-found`, `stale-version`, `wrong-state`. */
export function callOffOutside(house: House, key: OutsideKey): OutsideOrder | Refusal {
  return onOutside(house, key, (order, now) => ({ ...order, calledOffAt: now }));
}

function onOutside(
  { db, clock }: House,
  { actorId, id, seenUpdatedAt }: OutsideKey,
  decide: (order: OutsideOrder, now: number) => OutsideOrder | Refusal,
): OutsideOrder | Refusal {
  const now = clock.now();
  return transact(db, (tx) => {
    const before = loadOutside(tx, actorId, id);
    if (!before) return { refused: "not-found" };
    if (before.updatedAt !== seenUpdatedAt) return { refused: "stale-version" };
    if (before.calledOffAt !== null) return { refused: "wrong-state", state: "cancelled" };
    const decided = decide(before, now);
    if ("refused" in decided) return decided;
    // Two changes within a millisecond are still two.
    const after = { ...decided, updatedAt: Math.max(now, before.updatedAt + 1) };
    saveOutside(tx, after);
    return after;
  });
}

/** Members hear of it once, and once more the day before it closes: nobody here knows who has booked there. */
export function outsideClockTasks(house: TellingHouse): ClockTask[] {
  if (!house.mailer) return [];
  return [{ name: "tell of orders booked elsewhere", everyMs: MINUTE, run: () => tellAll(house) }];
}

function tellAll(house: TellingHouse): void {
  const now = house.clock.now();
  for (const { actorId, id } of listAllOpenOutside(house.db.orm, now, TOLD_AT_ONCE).filter((one) => isDue(one, now)))
    transact(house.db, (tx) => {
      const order = loadOutside(tx, actorId, id);
      if (!order || !isDue(order, now)) return;
      if (order.toldAt === null) {
        // What was put in days ago, while the node wrote no mail, is no news.
        if (now - order.createdAt < DAY) tellMembers(house, tx, order, "opened");
        saveOutside(tx, { ...order, toldAt: now });
        return;
      }
      tellMembers(house, tx, order, "reminder");
      saveOutside(tx, { ...order, remindedFor: order.closesAt });
    });
}

function isDue(order: OutsideOrder, now: number): boolean {
  if (order.toldAt === null) return true;
  return order.remindedFor !== order.closesAt && remindsOf(order, order.createdAt, now);
}

function tellMembers(house: TellingHouse, tx: Tx, order: OutsideOrder, what: "opened" | "reminder"): void {
  const { id, actorId, title, producer, url, note, closesAt, pickup } = order;
  const group = loadActor(tx, actorId)?.name ?? "";
  const businessKey = what === "opened" ? `outside:${id}` : `outside-reminder:${id}:${closesAt}`;
  for (const { personId, name } of listMembers(tx, order))
    queueNotice(
      tx,
      house,
      {
        ...{ personId, kind: what === "opened" ? "order-opened" : "order-reminder", businessKey },
        write: (say, language) => {
          const format = formats(language);
          const where = pickup && { place: pickup.place, when: format.dateTime(pickup.startAt) };
          const facts = { name, title, group, producer, url, site: siteOf(order), closes: format.dateTime(closesAt) };
          const parts = [
            say(`orders.outside.mail.${what}Text`, facts),
            ...(note.trim() === "" ? [] : ["", note.trim()]),
            ...(where ? ["", say("orders.mail.pickup", where)] : []),
            "",
            say("orders.outside.mail.link", facts),
          ];
          return { subject: say(`orders.outside.mail.${what}Subject`, facts), text: `${parts.join("\n")}\n` };
        },
      },
      house.clock.now(),
    );
}
