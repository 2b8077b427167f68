// Our node, built as for any server, at a public address with a certificate: a farm and a group live on it.
import { join } from "node:path";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import type { Wire } from "../../src/activitypub/wire.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { readConfig } from "../../src/config.ts";
import { type Db, transact } from "../../src/db/transact.ts";
import type { GatheringFacts } from "../../src/gatherings/gathering.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { buildNode, makeActor } from "../../src/node.ts";
import type { NewLine, Plan } from "../../src/sales/cycle.ts";
import { HOSTS, startFront } from "./lan.ts";

const PORT = 8000;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;

/** What one letter of a peer became. */
type Heard = { readonly outcome: string; readonly refusal: string | null };

export type Farm = {
  readonly wire: Wire;
  readonly orm: Db["orm"];
  readonly producer: LocalActor;
  readonly gas: LocalActor;
  readonly oranges: NewLine;
  /** What became of the letter in which that actor sent this object; null while none came. */
  readonly heardOf: (sender: string, objectIri: string) => Heard | null;
  /** Letters to that host that are not delivered. */
  readonly undelivered: (host: string) => unknown[];
  /** What that host sent and we refused, in the log or before it. */
  readonly refusedFrom: (host: string) => unknown[];
  readonly stop: () => Promise<void>;
};

export const PLAN: Plan = {
  name: "Agrumi di dicembre",
  note: "Raccolti la settimana della consegna.",
  opensAt: null,
  closesAt: NOW + 10 * DAY,
  deliveries: [
    {
      number: 1,
      startAt: NOW + 20 * DAY,
      endAt: NOW + 20 * DAY + 120 * MINUTE,
      place: "Fano",
      position: null,
    },
  ],
  minimumOrderCents: 15_000,
  visibility: "public",
};

/** An open evening at the farm. */
export const EVENING: GatheringFacts = {
  ...{ kind: "open-day", audience: "people", name: "Potare gli aranci", summary: "Si impara potando.", content: "" },
  ...{ startsAt: NOW + 20 * DAY, endsAt: NOW + 20 * DAY + 120 * MINUTE, venue: "Aia", street: "", comune: "Fano" },
  ...{ latitude: 43.8427, longitude: 13.0196, onlineUrl: null, takesBookings: true, capacity: 20, closesAt: null },
};

/** Starts the node behind its TLS terminator. */
export async function startFarm(folder: string): Promise<Farm> {
  const argv = ["--origin", `https://${HOSTS.farm}`, "--port", String(PORT), "--data", join(folder, "farm")];
  const { config } = readConfig([...argv, "--trust-proxy", "127.0.0.1"], {});
  const node = await buildNode(config);
  const add = (kind: "producer" | "gas", handle: string, name: string): LocalActor => {
    const made = transact(node.db, (tx) => makeActor(tx, { kind, handle, name }, config, node.wire.clock));
    if (isRefusal(made)) throw new Error(made.refused);
    return made;
  };
  const producer = add("producer", "cascina", "Cascina dei Gelsi");
  const gas = add("gas", "fano", "GAS Fano");
  await node.start();
  startFront(folder, "farm", PORT);
  const all = (sql: string, ...values: string[]) => node.db.raw.prepare(sql).all(...values);
  return {
    wire: node.wire,
    orm: node.db.orm,
    producer,
    gas,
    oranges: {
      goods: {
        productIri: `${producer.id}/catalog/nav10`,
        productVersion: 1,
        facts: startFacts("Arance Navel, cassetta 10 kg", 17_500, "KGM"),
      },
      availableThousandths: null,
    },
    heardOf: (sender, objectIri) => {
      const rows = all("SELECT outcome, refusal, bytes FROM inbox_log WHERE sender = ?", sender) as (Heard & {
        bytes: Buffer | null;
      })[];
      const found = rows.find(({ bytes }) => bytes?.includes(objectIri));
      return found ? { outcome: found.outcome, refusal: found.refusal } : null;
    },
    undelivered: (host) =>
      all(
        `SELECT a.type, o.state, o.attempts, o.last_status, o.last_error FROM outbox o JOIN activities a ON a.id = o.activity_id
         WHERE o.host = ? AND o.state <> 'delivered'`,
        host,
      ),
    refusedFrom: (host) => [
      ...all("SELECT type, refusal FROM inbox_log WHERE outcome = 'refused' AND sender LIKE ?", `https://${host}/%`),
      ...all("SELECT code, detail FROM security_events WHERE host = ?", host),
    ],
    stop: () => node.stop(),
  };
}
