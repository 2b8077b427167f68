// What the hub shows: every producer of this node's networks that shows its VAT number and its prices to everybody, and lists that
// other programs sent. Read from the index: nobody else's node is asked. DOMAIN.md 6.4.
import { describeForWire, isListed } from "../../activitypub/actors.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { listActors, loadActor, loadRemoteActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import { writeGdxp } from "../../exchange/gdxpWrite.ts";
import type { HubRow } from "../../exchange/hubList.ts";
import type { ListedProduct, Party } from "../../exchange/priceList.ts";
import { romeTime } from "../../kernel/time.ts";
import { words } from "../../web/words.ts";
import type { FoundEntry, NetworkIndex } from "../index/networkIndex.ts";
import type { IndexDoor } from "../index/openStore.ts";
import { type HubListHead, listHeads, listProducers, loadList, loadNumbers, loadToken, numberThem } from "./store.ts";
import { type Block, listedOf, partyOf, readVat } from "./supplier.ts";

/** What the hub needs of the node. */
export type HubHouse = { readonly wire: Wire; readonly index: IndexDoor };

/** A producer that shows its VAT number, by which of our networks it is shown, and when it was last read. */
type Producer = {
  readonly uri: string;
  readonly groupId: string;
  readonly okAt: number;
  readonly vat: string;
  readonly document: JsonObject;
};
type Shown = { readonly block: Block; readonly changedAt: number };
/** What the list says of a producer; null: it shows nothing with a price. */
type Head = Pick<HubListHead, "name" | "locality" | "changedAt"> | null;
/** What one reading of a producer said, until the next: its own document, and what of its goods the list needs. */
type Kept = { readonly okAt: number; readonly document: JsonObject | null; head?: Head };

const PAGE = 100;

/** Makes the hub's two questions; between them it remembers what each producer's last reading said. */
export function openHub(house: HubHouse) {
  const known = new Map<string, Kept>();
  let listing: Promise<HubRow[]> | null = null;
  return {
    /** Everybody who has a list, by name. Who ask at once are answered by one look. Rejects when the index fails. */
    list: (): Promise<HubRow[]> => {
      listing ??= listHub(house, known).finally(() => {
        listing = null;
      });
      return listing;
    },
    /** The lists under a VAT number as one GDXP 1.0 file; null where there is none. Rejects when the index fails. */
    get: (vat: string): Promise<string | null> => getHubFile(house, known, vat),
  };
}

async function listHub(house: HubHouse, known: Map<string, Kept>): Promise<HubRow[]> {
  const { wire } = house;
  const producers = listShowing(wire, known);
  const index = producers.length > 0 ? await house.index.open() : null;
  const found: { subject: string; vat: string; head: NonNullable<Head> }[] = [];
  for (const producer of producers) {
    const kept = known.get(producer.uri);
    if (index && kept && kept.head === undefined)
      kept.head = headOf(await readShown(index, producer, wire.clock.now()));
    if (kept?.head) found.push({ subject: producer.uri, vat: producer.vat, head: kept.head });
  }
  // A producer's own word goes before what others sent about it.
  const own = new Set(found.map(({ vat }) => vat));
  for (const head of listHeads(wire.db.orm, networksOf(wire)))
    if (!own.has(head.vat)) found.push({ subject: `list:${head.vat}`, vat: head.vat, head });
  const subjects = found.map(({ subject }) => subject);
  const numbers = numbersOf(wire, subjects);
  return found
    .map(({ subject, vat, head: { name, locality, changedAt } }) => ({
      ...{ no: numbers.get(subject) ?? 0, name, vat, locality, changedOn: romeTime(changedAt).date },
    }))
    .sort((one, other) => one.name.localeCompare(other.name, "it") || one.no - other.no);
}

function headOf(shown: Shown | null): Head {
  if (shown === null) return null;
  const { supplier } = shown.block;
  return { name: supplier.name, locality: supplier.locality, changedAt: shown.changedAt };
}

async function getHubFile(house: HubHouse, known: Map<string, Kept>, vat: string): Promise<string | null> {
  const { wire } = house;
  const producers = listShowing(wire, known).filter((producer) => producer.vat === vat);
  const index = producers.length > 0 ? await house.index.open() : null;
  const shown: Shown[] = [];
  for (const producer of producers) {
    const one = index && (await readShown(index, producer, wire.clock.now()));
    if (one) shown.push(one);
  }
  const sent = shown.length === 0 ? loadSent(wire, vat) : null;
  const all = sent ? [sent] : shown;
  if (all.length === 0) return null;
  const changedAt = Math.max(...all.map((one) => one.changedAt));
  return writeGdxp({
    // Not today: the same lists are the same file, whenever it is fetched.
    createdOn: romeTime(changedAt).date,
    subject: { ...NOBODY, name: new URL(wire.origin).host },
    blocks: all.map(({ block }) => ({ ...block })),
  });
}

const NOBODY: Party = {
  ...{ name: "", vatNumber: null, taxCode: null, street: "", locality: "", zipCode: "", contacts: [], note: "" },
};

/** The networks of this node that are listed: what they show, the hub shows. */
function networksOf({ db }: Wire): string[] {
  const networks = listActors(db.orm).filter((actor) => actor.kind === "district" && isListed(actor));
  return networks.map(({ id }) => id);
}

/** The producers of those networks that show a VAT number. A document is read again once its producer was. */
function listShowing(wire: Wire, known: Map<string, Kept>): Producer[] {
  const reached = listProducers(wire.db.orm, networksOf(wire));
  const uris = new Set(reached.map(({ uri }) => uri));
  for (const uri of known.keys()) if (!uris.has(uri)) known.delete(uri);
  return reached.flatMap(({ uri, groupId, okAt }) => {
    if (okAt === null) return [];
    if (known.get(uri)?.okAt !== okAt) known.set(uri, { okAt, document: documentOf(wire, uri) });
    const document = known.get(uri)?.document ?? null;
    const vat = document && readVat(document);
    return document && vat ? [{ uri, groupId, okAt, vat, document }] : [];
  });
}

function documentOf({ db, origin }: Wire, uri: string): JsonObject | null {
  if (new URL(uri).origin !== origin) return loadRemoteActor(db.orm, uri)?.document ?? null;
  const actor = loadActor(db.orm, uri);
  return actor && actor.goneAt === null ? describeForWire(db.orm, actor) : null;
}

/** What the index has of a producer, as a list; null where it shows nothing with a price. */
async function readShown(index: NetworkIndex, producer: Producer, now: number): Promise<Shown | null> {
  const { uri: sourceId, groupId, vat, document } = producer;
  const ask = { groupId, now, sourceId, limit: PAGE };
  const [entry] = (await index.search({ ...ask, kinds: ["producer"] })).entries;
  if (!entry) return null;
  const products: ListedProduct[] = [];
  let changedAt = 0;
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<NetworkIndex["search"]>> = await index.search({ ...ask, kinds: ["product"], after });
    for (const found of page.entries) {
      const listed = listedOf(found, products.length + 1);
      if (!listed) continue;
      products.push(listed);
      changedAt = Math.max(changedAt, changeOf(found));
    }
    after = page.next;
    // The index of a file answers without a pause: others are served between its pages.
    await new Promise((resolve) => setImmediate(resolve));
  } while (after !== null);
  if (products.length === 0) return null;
  return { block: { supplier: partyOf(entry, document, vat), products, modifiers: [], order: null }, changedAt };
}

function changeOf({ updatedAt, readAt }: FoundEntry): number {
  return updatedAt ?? readAt;
}

/** The list that was sent for that VAT number, with who sent it. */
function loadSent(wire: Wire, vat: string): Shown | null {
  const { orm } = wire.db;
  const list = loadList(orm, vat);
  if (!list || !networksOf(wire).includes(list.actorId)) return null;
  const block = JSON.parse(list.block) as Block;
  // GDXP is Italian trade: its words are too.
  const note = words("it")("opendata.hub.sentBy", { name: loadToken(orm, list.tokenId)?.name ?? "" });
  return { block: { ...block, supplier: { ...block.supplier, note } }, changedAt: list.changedAt };
}

function numbersOf({ db }: Wire, subjects: readonly string[]): Map<string, number> {
  const known = loadNumbers(db.orm, subjects);
  const fresh = subjects.filter((subject) => !known.has(subject));
  if (fresh.length === 0) return known;
  transact(db, (tx) => numberThem(tx, fresh));
  return loadNumbers(db.orm, subjects);
}
