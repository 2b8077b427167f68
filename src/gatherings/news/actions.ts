// What can happen to a piece of news, each thing one synchronous transaction, with what members and everybody else are told because of it.
import { randomBytes } from "node:crypto";
import type { LocalActor } from "../../activitypub/actor.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { loadActor, unlistActivities } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { listHouseholdPeople, listHouseholds } from "../../members/households/householdStore.ts";
import { type NoticeHouse, queueNotice } from "../../members/notices/noticeActions.ts";
import { followerInboxes } from "../../partners/store.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { formats } from "../../web/format.ts";
import { newsIri, writeChange, writePublication, writeWithdrawal } from "./activities.ts";
import {
  changedAt,
  endOfNews,
  NEWS_MAX,
  type News,
  type NewsNote,
  type NewsPlan,
  TOLD_A_DAY_MAX,
  type ToldNews,
} from "./news.ts";
import {
  countToldSince,
  deleteNews,
  findStandingNote,
  listShownNews,
  listToldAndOver,
  loadNews,
  saveNewsRow,
  saveNote,
} from "./store.ts";

/** What news needs of the node to be told; `house` writes mails. */
export type NewsDesk = {
  readonly wire: Pick<Wire, "db" | "clock" | "post">;
  readonly house: NoticeHouse;
};

type By = { readonly actorId: string; readonly byId: string };

const DAY = 86_400_000;
const WITHDRAWN_AT_ONCE = 50;

/**
 * Shows a piece of news to the group's members, writes it to them where that is wished, and tells it to everybody where the plan says so.
 * Refuses `not-found`, `news-over`, `news-too-long`, `too-much-news` {limit}, `actor-retired` {name}, `too-much-told` {limit}.
 */
export function publishNews(
  { wire, house }: NewsDesk,
  { actorId, byId }: By,
  plan: NewsPlan,
  isWritten: boolean,
): News | Refusal {
  const now = wire.clock.now();
  return transact(wire.db, (tx) => {
    const actor = loadActor(tx, actorId);
    if (!actor) return { refused: "not-found" };
    const end = endOfNews(plan.until, now);
    if (isRefusal(end)) return end;
    if (listShownNews(tx, actorId, now).length >= NEWS_MAX) return { refused: "too-much-news", limit: NEWS_MAX };
    const refusal = plan.isPublic ? refuseTelling(tx, actor, now) : null;
    if (refusal) return refusal;
    const { title, text } = plan;
    const news = { id: encodeId(randomBytes(16)), actorId, title, text, ...end, createdAt: now, updatedAt: now };
    saveNewsRow(tx, news);
    note(tx, news, plan.isPublic ? "told" : null, byId, now);
    if (plan.isPublic) tellEverybody(wire, tx, actor, news, now);
    if (isWritten) tellMembers(tx, house, actor, news, byId, now);
    return news;
  });
}

/**
 * Says it better, until another day, to everybody or no more; nobody is written to again. Others hear of it where they would see a
 * difference. Refuses as `publishNews`, but for the number of pieces.
 */
export function changeNews(
  wire: NewsDesk["wire"],
  { actorId, byId }: By,
  id: string,
  { title, text, until, isPublic }: NewsPlan,
): News | Refusal {
  const now = wire.clock.now();
  return transact(wire.db, (tx) => {
    const actor = loadActor(tx, actorId);
    const known = loadNews(tx, actorId, id);
    if (!actor || !known) return { refused: "not-found" };
    const end = endOfNews(until, now);
    if (isRefusal(end)) return end;
    const standing = findStandingNote(tx, id);
    // What is over is gone for others already, or will be at the clock's next turn: it begins anew.
    const isTold = standing !== undefined && known.endsAt > now;
    const refusal = isPublic && !isTold ? refuseTelling(tx, actor, now) : null;
    if (refusal) return refusal;
    const news = { ...known, title, text, ...end, updatedAt: now };
    saveNewsRow(tx, news);
    const became = isPublic === isTold ? null : isPublic ? "told" : "withdrawn";
    note(tx, news, became, byId, now);
    if (isPublic && isTold) tellChange(wire, tx, actor, { before: { note: standing, news: known }, news }, now);
    else {
      if (standing) withdraw(wire, tx, actor, standing, now, Math.min(now, known.endsAt));
      if (isPublic) tellEverybody(wire, tx, actor, news, now);
    }
    return news;
  });
}

/** Takes it away, from everybody too. Done twice it is done once. */
export function removeNews(wire: NewsDesk["wire"], { actorId, byId }: By, id: string): void {
  const now = wire.clock.now();
  transact(wire.db, (tx) => {
    const actor = loadActor(tx, actorId);
    const known = loadNews(tx, actorId, id);
    if (!actor || !known) return;
    const standing = findStandingNote(tx, id);
    if (standing) withdraw(wire, tx, actor, standing, now, Math.min(now, known.endsAt));
    deleteNews(tx, id);
    note(tx, known, "removed", byId, now);
  });
}

/** What time brings to news: who was told of a piece is told once that it is over. */
export function newsClockTasks(wire: NewsDesk["wire"]): ClockTask[] {
  const takeBack = (now: number) => {
    if (listToldAndOver(wire.db.orm, now, 1).length === 0) return;
    transact(wire.db, (tx) => {
      for (const { note, news } of listToldAndOver(tx, now, WITHDRAWN_AT_ONCE)) {
        const actor = loadActor(tx, note.actorId);
        if (actor) withdraw(wire, tx, actor, note, now, news.endsAt);
      }
    });
  };
  return [{ name: "take back news that is over", everyMs: 60_000, run: takeBack }];
}

function refuseTelling(tx: Tx, { id, name, retiredAt }: LocalActor, now: number): Refusal | null {
  if (retiredAt !== null) return { refused: "actor-retired", name };
  const isTooMuch = countToldSince(tx, id, now - DAY) >= TOLD_A_DAY_MAX;
  return isTooMuch ? { refused: "too-much-told", limit: TOLD_A_DAY_MAX } : null;
}

function tellEverybody(wire: NewsDesk["wire"], tx: Tx, actor: LocalActor, news: News, now: number): void {
  const id = encodeId(randomBytes(16));
  const told = { id, actorId: actor.id, newsId: news.id, publishedAt: now, updatedAt: now, withdrawnAt: null };
  saveNote(tx, told);
  post(wire, tx, actor, told, writePublication({ note: told, news }), now);
}

function tellChange(
  wire: NewsDesk["wire"],
  tx: Tx,
  actor: LocalActor,
  { before, news }: { readonly before: ToldNews; readonly news: News },
  now: number,
): void {
  const changed = { ...before.note, updatedAt: changedAt(before.note, now) };
  const activity = writeChange(before, { note: changed, news });
  if (activity === null) return;
  saveNote(tx, changed);
  post(wire, tx, actor, changed, activity, now);
}

/** Others are told that it is gone, and what was said of it is read here no more. `at`: since when it is. */
function withdraw(
  wire: NewsDesk["wire"],
  tx: Tx,
  actor: LocalActor,
  standing: NewsNote,
  now: number,
  at: number,
): void {
  const gone = { ...standing, withdrawnAt: at };
  saveNote(tx, gone);
  unlistActivities(tx, actor.id, { objectIri: newsIri(gone), since: gone.publishedAt });
  // Who has said farewell is gone as a whole.
  if (actor.goneAt === null) post(wire, tx, actor, gone, writeWithdrawal(gone, now), now);
}

function post(
  { post: send }: NewsDesk["wire"],
  tx: Tx,
  from: LocalActor,
  told: NewsNote,
  activity: JsonObject,
  now: number,
): void {
  send(tx, {
    ...{ from, activity, lane: "social", isPublic: true, isProven: false, now },
    // In its order: no change before what it changes.
    thread: newsIri(told),
    recipients: followerInboxes(tx, from.id),
  });
}

function tellMembers(
  tx: Tx,
  house: NoticeHouse,
  actor: LocalActor,
  { id, title, text, endsAt }: News,
  byId: string,
  now: number,
): void {
  const url = `${house.origin}/desk/${actor.handle}/orders`;
  const households = new Set(listHouseholds(tx, actor.id).map((household) => household.id));
  const readers = listHouseholdPeople(tx, actor.id).filter(({ householdId }) => households.has(householdId));
  for (const { personId, name } of readers.filter((one) => one.personId !== byId))
    queueNotice(
      tx,
      house,
      {
        ...{ personId, kind: "news", businessKey: `news:${id}` },
        write: (say, language) => {
          const until = formats(language).date(endsAt - 1);
          const facts = { name, title, text, group: actor.name, until, url };
          return { subject: say("news.mail.subject", facts), text: say("news.mail.text", facts) };
        },
      },
      now,
    );
}

/** `became`: who made it everybody's, or took it away, is to be found again. */
function note(tx: Tx, news: News, became: "told" | "withdrawn" | "removed" | null, byId: string, at: number): void {
  const { actorId, title } = news;
  const detail = became === null ? title : `${title}: ${became}`;
  recordAudit(tx, { what: "news", actorId, byId, aboutId: null, detail, at });
}
