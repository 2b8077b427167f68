// Certificates: renewed for all their products at once, and reminded of by mail before they lapse.
import type { LocalActor } from "../activitypub/actor.ts";
import { listActors } from "../activitypub/store.ts";
import { type Tx, transact } from "../db/transact.ts";
import type { Certification } from "../exchange/priceList.ts";
import type { ClockTask } from "../kernel/clock.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { instantOfRome, isDate, romeTime } from "../kernel/time.ts";
import { formats } from "../web/format.ts";
import type { Language, Say } from "../web/words.ts";
import { changeCatalog } from "./actions.ts";
import type { CatalogWire } from "./activities.ts";
import { dueReminder, gatherCertificates, renewIn } from "./certificate.ts";
import { listCurrentProducts } from "./store.ts";

const HOUR = 3_600_000;
const PRODUCTS_MAX = 5000;

/** Writes to the people of an actor, once for each `businessKey`; the room of people hands it in. */
export type TellPeople = (
  tx: Tx,
  actorId: string,
  notice: {
    readonly businessKey: string;
    readonly write: (say: Say, language: Language) => { readonly subject: string; readonly text: string };
  },
) => void;

/**
 * Writes what a certificate says from now on into all its products: one moment of the catalog, one digest. Refuses
 * `no-such-certificate` when somebody has changed it since, and `bad-date`.
 */
export function renewCertificate(
  wire: CatalogWire,
  actor: LocalActor,
  key: string,
  renewed: Omit<Certification, "kind" | "document">,
): { readonly count: number } | Refusal<"no-such-certificate" | "bad-date"> {
  if (renewed.validUntil !== null && !isDate(renewed.validUntil)) return { refused: "bad-date" };
  return transact(wire.db, (tx) => {
    const found = gatherCertificates(listCurrentProducts(tx, actor.id, { limit: PRODUCTS_MAX })).find(
      (one) => one.key === key,
    );
    if (!found) return { refused: "no-such-certificate" };
    const changes = found.products.map((product) => ({
      ...{ kind: "revise" as const, product, facts: renewIn(product.facts, key, renewed) },
    }));
    return { count: changeCatalog(wire, tx, actor, changes, "edit").length };
  });
}

/** Once an hour: who sells is written to 60, 30 and 7 days before a certificate's last day, and on it. */
export function certificateClockTasks(wire: CatalogWire & { readonly origin: string }, tell: TellPeople): ClockTask[] {
  const run = (now: number) => {
    for (const { id, kind, handle } of listActors(wire.db.orm))
      if (kind === "producer") transact(wire.db, (tx) => remind(tx, { id, handle, origin: wire.origin }, tell, now));
  };
  return [{ name: "remind of certificates that lapse", everyMs: HOUR, run }];
}

function remind(tx: Tx, actor: { id: string; handle: string; origin: string }, tell: TellPeople, now: number): void {
  const { date: today } = romeTime(now);
  for (const { key, kind, body, validUntil, products } of gatherCertificates(
    listCurrentProducts(tx, actor.id, { limit: PRODUCTS_MAX }),
  )) {
    const days = dueReminder(validUntil, today);
    if (days === null || validUntil === null) continue;
    tell(tx, actor.id, {
      businessKey: `certificate ${actor.id} ${key} ${days}`,
      write: (say, language) => {
        const facts = {
          name: [say(`catalogs.kind.${kind}`), body].filter(Boolean).join(", "),
          date: formats(language).date(instantOfRome({ date: validUntil, time: "12:00" }) ?? now),
          count: products.length,
          url: `${actor.origin}/desk/${actor.handle}/catalog/certificates`,
        };
        const when = validUntil < today ? "past" : days === 0 ? "today" : "ahead";
        return {
          subject: say(`catalogs.certificate.mail.subject.${when}`, facts),
          text: say("catalogs.certificate.mail.text", facts),
        };
      },
    });
  }
}
