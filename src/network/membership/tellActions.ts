// Mail to the people concerned: somebody asks to join their network or leaves it, a network answers them or puts them out.
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { readForeignLine } from "../../catalogs/foreignText.ts";
import { loadFact, saveFact } from "../../db/facts.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { loadPeerName } from "../../partners/store.ts";
import type { Say } from "../../web/words.ts";
import type { Membership } from "./membership.ts";
import { listNews } from "./store.ts";

const TOLD = "memberships-told";
const TELL_EVERY_MS = 60_000;
const AT_ONCE = 50;

/** Owes a mail to whoever administers or coordinates that actor, inside the caller's transaction; each `businessKey` once. */
export type TellCoordinators = (
  tx: Tx,
  actorId: string,
  notice: { readonly businessKey: string; readonly write: (say: Say) => { subject: string; text: string } },
) => void;

/** Tells what others have done about memberships since the last time. */
export function membershipTellTasks({ db, origin }: Pick<Wire, "db" | "origin">, tell: TellCoordinators): ClockTask[] {
  const tellNews = () => {
    const since = Number(loadFact(db.orm, TOLD) ?? "0");
    if (listNews(db.orm, since, 1).length === 0) return;
    transact(db, (tx) => {
      const news = listNews(tx, since, AT_ONCE);
      for (const half of news) tellOne(tx, origin, half, tell);
      // Of as many as we looked at, others may be of the very same moment: the key of each keeps it from being told twice.
      const last = news.at(-1)?.updatedAt ?? since;
      saveFact(tx, TOLD, String(news.length < AT_ONCE ? last + 1 : last));
    });
  };
  return [{ name: "tell of memberships", everyMs: TELL_EVERY_MS, run: tellNews }];
}

function tellOne(tx: Tx, origin: string, half: Membership, tell: TellCoordinators): void {
  const { actorId, side, peer, state, updatedAt, reason } = half;
  const own = loadActor(tx, actorId);
  if (!own) return;
  const path = side === "network" ? "network" : "networks";
  const facts = {
    ...{ own: own.name, peer: readForeignLine(loadPeerName(tx, peer).name, 100), host: half.host },
    ...{ url: `${origin}/desk/${own.handle}/${path}`, reason: reason ?? "-" },
  };
  tell(tx, actorId, {
    businessKey: `membership:${side}:${actorId}:${peer}:${updatedAt}`,
    write: (say) => ({
      subject: say(`membership.mail.${side}.${state}.subject`, facts),
      text: say(`membership.mail.${side}.${state}.text`, facts),
    }),
  });
}
