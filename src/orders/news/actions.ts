// What can happen to a piece of news, each thing one synchronous transaction; members who shall know now are written to in the same one.
import { randomBytes } from "node:crypto";
import { loadActor } from "../../activitypub/store.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { queueNotice } from "../../members/notices/noticeActions.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { formats } from "../../web/format.ts";
import { listMembers, type TellingHouse } from "../notices/noticeActions.ts";
import { endOfNews, NEWS_MAX, type News, type NewsPlan } from "./news.ts";
import { deleteNews, listShownNews, loadNews, saveNewsRow } from "./store.ts";

type By = { readonly actorId: string; readonly byId: string };

/**
 * Shows a piece of news to the group's members, and writes it to them where that is wished. Refuses `news-over`, `news-too-long`,
 * `too-much-news` {limit}.
 */
export function publishNews(
  house: TellingHouse,
  { actorId, byId }: By,
  plan: NewsPlan,
  isWritten: boolean,
): News | Refusal {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const end = endOfNews(plan.until, now);
    if (isRefusal(end)) return end;
    if (listShownNews(tx, actorId, now).length >= NEWS_MAX) return { refused: "too-much-news", limit: NEWS_MAX };
    const { title, text } = plan;
    const news = { id: encodeId(randomBytes(16)), actorId, title, text, ...end, createdAt: now, updatedAt: now };
    saveNewsRow(tx, news);
    note(tx, news, byId, now);
    if (isWritten) tellMembers(tx, house, news, byId);
    return news;
  });
}

/** Says it better, or until another day; nobody is written to again. Refuses `not-found`, `news-over`, `news-too-long`. */
export function changeNews(
  { db, clock }: Pick<TellingHouse, "db" | "clock">,
  { actorId, byId }: By,
  id: string,
  { title, text, until }: NewsPlan,
): News | Refusal {
  const now = clock.now();
  return transact(db, (tx) => {
    const known = loadNews(tx, actorId, id);
    if (!known) return { refused: "not-found" };
    const end = endOfNews(until, now);
    if (isRefusal(end)) return end;
    const news = { ...known, title, text, ...end, updatedAt: now };
    saveNewsRow(tx, news);
    note(tx, news, byId, now);
    return news;
  });
}

/** Takes it away. Done twice it is done once. */
export function removeNews({ db, clock }: Pick<TellingHouse, "db" | "clock">, { actorId, byId }: By, id: string): void {
  transact(db, (tx) => {
    const known = loadNews(tx, actorId, id);
    if (!known) return;
    deleteNews(tx, id);
    note(tx, known, byId, clock.now());
  });
}

function tellMembers(tx: Tx, house: TellingHouse, news: News, byId: string): void {
  const { id, actorId, title, text } = news;
  const actor = loadActor(tx, actorId);
  const url = `${house.origin}/desk/${actor?.handle ?? ""}/orders`;
  for (const { personId, name } of listMembers(tx, news).filter((one) => one.personId !== byId))
    queueNotice(
      tx,
      house,
      {
        ...{ personId, kind: "news", businessKey: `news:${id}` },
        write: (say, language) => {
          const until = formats(language).date(news.endsAt - 1);
          const facts = { name, title, text, group: actor?.name ?? "", until, url };
          return { subject: say("news.mail.subject", facts), text: say("news.mail.text", facts) };
        },
      },
      house.clock.now(),
    );
}

function note(tx: Tx, { actorId, title }: News, byId: string, at: number): void {
  recordAudit(tx, { what: "news", actorId, byId, aboutId: null, detail: title, at });
}
