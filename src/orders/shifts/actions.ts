// What can happen to shifts, each thing one synchronous transaction; and the mail of the day before.
import { randomBytes } from "node:crypto";
import { listActors } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { encodeId } from "../../kernel/ids.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { queueNotice } from "../../members/notices/noticeActions.ts";
import { formats } from "../../web/format.ts";
import type { TellingHouse } from "../notices/noticeActions.ts";
import { NEEDED_MAX, refuseJoin, type Shift, TASKS_MAX, type Turn } from "./shift.ts";
import { addComer, dropComer, dropShift, listTurns, saveShift } from "./store.ts";

type House = Pick<Wire, "db" | "clock">;

const DAY = 86_400_000;
/** How far ahead shifts are shown and filled. */
const SHOWN_MS = 60 * DAY;

/** Says how many a task at a pickup needs; 0 takes the task away. Refuses `not-found`, `bad-request`, `too-many-tasks`. */
export function planShift(
  { db, clock }: House,
  actorId: string,
  wish: { readonly orderId: string; readonly pickupId: string; readonly task: string; readonly needed: number },
): Refusal | null {
  const { orderId, pickupId, needed } = wish;
  const task = wish.task.replaceAll(/\s+/g, " ").trim();
  if (task === "" || needed < 0 || needed > NEEDED_MAX) return { refused: "bad-request" };
  return transact(db, (tx) => {
    const turn = turnsOf(tx, actorId, clock.now()).find((one) => one.orderId === orderId && one.pickupId === pickupId);
    if (!turn) return { refused: "not-found" };
    const before = turn.shifts.find((one) => one.task === task);
    if (!before && turn.shifts.length >= TASKS_MAX) return { refused: "too-many-tasks", limit: TASKS_MAX };
    if (needed > 0)
      saveShift(tx, actorId, { id: before?.id ?? encodeId(randomBytes(16)), orderId, pickupId, task, needed });
    else if (before) dropShift(tx, actorId, before.id);
    return null;
  });
}

/** Signs a person up, or off. Refuses `not-found`, `shift-past`, `shift-full`. */
export function joinShift(
  { db, clock }: House,
  actorId: string,
  shiftId: string,
  personId: string,
  isComing: boolean,
): Refusal | null {
  return transact(db, (tx) => {
    const found = findShift(turnsOf(tx, actorId, clock.now()), shiftId);
    if (!found) return { refused: "not-found" };
    const refusal = isComing ? refuseJoin(found.shift, personId, found.turn.startAt, clock.now()) : null;
    if (refusal) return refusal;
    if (isComing) addComer(tx, actorId, shiftId, personId, clock.now());
    else dropComer(tx, actorId, shiftId, personId);
    return null;
  });
}

/** The days of delivery ahead, today's that have begun included. */
export function turnsOf(tx: Tx, actorId: string, now: number): Turn[] {
  return listTurns(tx, actorId, now - DAY / 2, now + SHOWN_MS);
}

function findShift(turns: readonly Turn[], id: string): { turn: Turn; shift: Shift } | null {
  for (const turn of turns) {
    const shift = turn.shifts.find((one) => one.id === id);
    if (shift) return { turn, shift };
  }
  return null;
}

/** Who comes to help is reminded the day before, once for each time of the pickup. */
export function shiftClockTasks(house: TellingHouse): ClockTask[] {
  if (!house.mailer) return [];
  return [{ name: "remind people of their shifts", everyMs: 600_000, run: (now) => remindComers(house, now) }];
}

function remindComers(house: TellingHouse, now: number): void {
  transact(house.db, (tx) => {
    for (const { id: actorId, handle, kind } of listActors(tx)) {
      if (kind !== "gas") continue;
      for (const turn of listTurns(tx, actorId, now, now + DAY))
        for (const shift of turn.shifts)
          for (const { personId, name } of shift.people)
            queueNotice(
              tx,
              house,
              {
                ...{ personId, kind: "delivery", businessKey: `shift:${shift.id}:${turn.startAt}` },
                write: (say, language) => {
                  const when = formats(language).dateTime(turn.startAt);
                  const facts = { name, task: shift.task, order: turn.orderName, place: turn.place, when };
                  const url = `${house.origin}/desk/${handle}/shifts`;
                  return {
                    subject: say("shifts.mail.subject", facts).replaceAll(/\s+/g, " "),
                    text: say("shifts.mail.text", { ...facts, url }),
                  };
                },
              },
              now,
            );
    }
  });
}
