// Writes to people about what happened: owed in the transaction of the event, carried by the clock, once for each event.
import { createHash } from "node:crypto";
import { keptMs } from "../../db/periods.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { readLink, signLink } from "../../web/linkTokens.ts";
import type { Mailer } from "../../web/mail.ts";
import { type Say, words } from "../../web/words.ts";
import type { MembersHouse } from "../actions.ts";
import { carryTask, type MailEnd, tryMail } from "../mailActions.ts";
import { loadPersonRow } from "../store.ts";
import { isTooLate, judgeNotice, NOTICE_KINDS, type NoticeKind } from "./notice.ts";
import {
  emptyOldNotices,
  insertNotice,
  listMuted,
  type OwedNotice,
  saveMuted,
  settleInterrupted,
  settleNotice,
  takeDueNotices,
} from "./noticeStore.ts";

const DAY = 86_400_000;
const STOP_LINK_LIFE_MS = 365 * DAY;

/** What a notice is about. `businessKey` names the event: the same one never writes twice to a person. */
export type Notice = {
  readonly personId: string;
  readonly kind: NoticeKind;
  readonly businessKey: string;
  /** Written also to who switched its kind off: they would stand before a closed door. */
  readonly isOwed?: boolean;
  readonly write: (say: Say, language: "it" | "en") => { readonly subject: string; readonly text: string };
};

/** What of the house writing notices needs. */
export type NoticeHouse = Pick<MembersHouse, "origin" | "language" | "mailer">;

/**
 * Owes a notice inside the caller's transaction. False when nothing is owed: no mail server, no address, switched off (but for `isOwed`), or
 * owed already.
 */
export function queueNotice(tx: Tx, house: NoticeHouse, notice: Notice, now: number): boolean {
  const { personId, kind, businessKey, isOwed = false } = notice;
  const person = loadPersonRow(tx, personId);
  if (!house.mailer || !person?.email || person.disabledAt !== null) return false;
  if (!isOwed && listMuted(tx, personId).includes(kind)) return false;
  const language = person.language ?? house.language;
  const say = words(language);
  const { subject, text } = notice.write(say, language);
  const body = `${text.trimEnd()}\n\n${say("members.mail.noticeFoot", { url: `${house.origin}/account` })}\n`;
  const row = { personId, kind, businessKey, subject, body, state: "pending", attempts: 0 } as const;
  return insertNotice(tx, { ...row, nextAt: now, createdAt: now });
}

/** The clock's part: sends what is due, a few at a time, and forgets texts of long ago. `chance` is in [0, 1). */
export function noticeClockTasks(house: MembersHouse, chance: () => number): ClockTask[] {
  const { db, mailer } = house;
  if (!mailer) return [];
  return [
    carryTask(house, {
      name: "send notices",
      settleInterrupted,
      take: takeDueNotices,
      send: (owed) => sendNotice(house, mailer, owed, chance),
    }),
    {
      name: "forget old notices",
      everyMs: DAY,
      run: (now) => transact(db, (tx) => emptyOldNotices(tx, now - keptMs(tx, "notices"))),
    },
  ];
}

async function sendNotice(house: MembersHouse, mailer: Mailer, owed: OwedNotice, chance: () => number): Promise<void> {
  const { end, error } = await trySend(house, mailer, owed);
  const now = house.clock.now();
  const verdict = judgeNotice({ createdAt: owed.createdAt, attempts: owed.attempts + 1 }, end, now, chance());
  transact(house.db, (tx) => settleNotice(tx, owed.id, verdict, error, now));
}

async function trySend(house: MembersHouse, mailer: Mailer, owed: OwedNotice): Promise<MailEnd> {
  const { email, disabledAt, personId, kind, businessKey, subject, body } = owed;
  if (email === null || disabledAt !== null) return { end: "never", error: "no address" };
  if (isTooLate(owed, house.clock.now())) return { end: "never", error: "too late" };
  const isLasting = kind === "account";
  const stop = { subject: personId, next: kind, now: house.clock.now(), lifeMs: STOP_LINK_LIFE_MS };
  const stopUrl = `${house.origin}/notices/stop/${await signLink(house, "stop-notices", stop)}`;
  const name = createHash("sha256").update(`${personId}\n${businessKey}`).digest("hex").slice(0, 32);
  return tryMail(mailer, {
    to: email,
    subject,
    text: body,
    ...(isLasting ? {} : { stopUrl }),
    messageId: `<${name}@${new URL(house.origin).host}>`,
  });
}

/** Switches the kinds a person was offered on and off, as they chose on their page. */
export function chooseNotices(
  house: MembersHouse,
  personId: string,
  offered: readonly NoticeKind[],
  wanted: ReadonlySet<NoticeKind>,
): void {
  const now = house.clock.now();
  transact(house.db, (tx) => {
    for (const kind of offered) saveMuted(tx, personId, kind, !wanted.has(kind), now);
  });
}

/** What the link in a notice would switch off. Changes nothing. */
export async function readStopLink(
  house: MembersHouse,
  token: string,
): Promise<{ personId: string; kind: NoticeKind } | Refusal<"link-spent">> {
  const link = await readLink(house, "stop-notices", token, house.clock.now());
  if (isRefusal(link)) return link;
  const kind: NoticeKind | undefined = NOTICE_KINDS.find((one) => one === link.next);
  return kind ? { personId: link.subject, kind } : { refused: "link-spent" };
}

/** Switches off what the link names (RFC 8058). As often as one likes. */
export async function stopNotices(
  house: MembersHouse,
  token: string,
): Promise<{ kind: NoticeKind } | Refusal<"link-spent">> {
  const stop = await readStopLink(house, token);
  if (isRefusal(stop)) return stop;
  transact(house.db, (tx) => saveMuted(tx, stop.personId, stop.kind, true, house.clock.now()));
  return { kind: stop.kind };
}
