// What the hub shows: every producer of this node's networks that shows its VAT number, which nobody said before it, and its prices to
// everybody; and lists that other programs sent. Read from the index: nobody else's node is asked. DOMAIN.md 6.4.
import { describeForWire, isListed } from "../../activitypub/actors.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { listActors, loadActor, loadRemoteActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import { writeGdxp } from "../../exchange/gdxpWrite.ts";
import type { HubRow } from "../../exchange/hubList.ts";
import type { ListedProduct, Party } from "../../exchange/priceList.ts";
import { romeTime } from "../../kernel/time.ts";
import { isVatNumber } from "../../kernel/vat.ts";
import { words } from "../../web/words.ts";
import type { FoundEntry, NetworkIndex } from "../index/networkIndex.ts";
import type { IndexDoor } from "../index/openStore.ts";
import { isShown } from "../reading/freshness.ts";
import { listProducers, type ReachedProducer } from "./claimStore.ts";
import { type HubListHead, listHeads, loadList, loadNumbers, loadToken, numberThem } from "./store.ts";
import { type Block, listedOf, partyOf } from "./supplier.ts";

/** What the hub needs of the node. */
export type HubHouse = { readonly wire: Wire; readonly index: IndexDoor };

/** A producer that holds its VAT number and was read: by which of our networks it is shown, and when it answered last. */
type Producer = Omit<ReachedProducer, "okAt"> & { readonly okAt: number };
type Shown = { readonly block: Block; readonly changedAt: number };
/** What the list says of a producer; null: it shows nothing with a price. */
type Head = Pick<HubListHead, "name" | "locality" | "changedAt"> | null;
/** What the list says, or the file that was made, of one reading of a producer: until the next. */
type KeptHead = { readonly state: string; readonly head: Head };
type KeptFile = { readonly state: string; readonly at: number; readonly text: string };
type Kept = { readonly heads: Map<string, KeptHead>; readonly files: Map<string, KeptFile> };

const PAGE = 100;
/** Files are kept so long, for whoever goes from one GAS's program to the next: the source may have grown too old to be shown. */
const FRESH_MS = 300_000;
const MOST_FILES = 50;

/** Makes the hub's two questions; between them it remembers what each producer's last reading said. */
export function openHub(house: HubHouse) {
  const kept: Kept = { heads: new Map(), files: new Map() };
  let listing: Promise<HubRow[]> | null = null;
  return {
    /** Everybody who has a list, by name. Who ask at once are answered by one look. Rejects when the index fails. */
    list: (): Promise<HubRow[]> => {
      listing ??= listHub(house, kept).finally(() => {
        listing = null;
      });
      return listing;
    },
    /** The list under a VAT number as a GDXP 1.0 file; null where there is none, or it is no such number. Rejects when the index fails. */
    get: async (vat: string): Promise<string | null> => (isVatNumber(vat) ? getHubFile(house, kept, vat) : null),
  };
}

async function listHub(house: HubHouse, { heads }: Kept): Promise<HubRow[]> {
  const { wire } = house;
  const producers = listShowing(wire);
  const uris = new Set(producers.map(({ uri }) => uri));
  for (const uri of heads.keys()) if (!uris.has(uri)) heads.delete(uri);
  const found: { subject: string; vat: string; head: NonNullable<Head> }[] = [];
  for (const producer of producers) {
    const { uri, vat } = producer;
    const state = stateOf(house, producer);
    if (heads.get(uri)?.state !== state) heads.set(uri, { state, head: headOf(await readShown(house, producer)) });
    const head = heads.get(uri)?.head ?? null;
    if (head) found.push({ subject: uri, vat, head });
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

async function getHubFile(house: HubHouse, { files }: Kept, vat: string): Promise<string | null> {
  const { wire } = house;
  const [producer] = listShowing(wire, vat);
  if (!producer) return writeFile(wire, loadSent(wire, vat));
  const state = stateOf(house, producer);
  const now = wire.clock.now();
  const last = files.get(vat);
  if (last?.state === state && now - last.at < FRESH_MS && now >= last.at) return last.text;
  files.delete(vat);
  const shown = await readShown(house, producer);
  const text = writeFile(wire, shown);
  if (text === null) return writeFile(wire, loadSent(wire, vat));
  files.set(vat, { state, at: now, text });
  // The longest kept first: a map keeps its order.
  for (const first of files.keys()) if (files.size > MOST_FILES) files.delete(first);
  return text;
}

function writeFile(wire: Wire, shown: Shown | null): string | null {
  if (shown === null) return null;
  return writeGdxp({
    // Not today: the same list is the same file, whenever it is fetched.
    createdOn: romeTime(shown.changedAt).date,
    subject: { ...NOBODY, name: new URL(wire.origin).host },
    blocks: [{ ...shown.block }],
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

/** The producers of those networks that hold a VAT number and have answered of late; with `vat`: who holds that one, if anybody. */
function listShowing(wire: Wire, vat?: string): Producer[] {
  const now = wire.clock.now();
  return listProducers(wire.db.orm, networksOf(wire), vat).flatMap((producer) => {
    const { okAt } = producer;
    return okAt !== null && isShown(okAt, now) ? [{ ...producer, okAt }] : [];
  });
}

/** Another text for another producer, and once it was read again, the index has other things of it, or another network shows it. */
function stateOf({ index }: HubHouse, { uri, groupId, vat, okAt }: Producer): string {
  return `${uri} ${groupId} ${vat} ${okAt} ${index.changes.ofSource(uri)}`;
}

function documentOf({ db, origin }: Wire, uri: string): JsonObject | null {
  if (new URL(uri).origin !== origin) return loadRemoteActor(db.orm, uri)?.document ?? null;
  const actor = loadActor(db.orm, uri);
  return actor && actor.goneAt === null ? describeForWire(db.orm, actor) : null;
}

/** What the index has of a producer, as a list; null where it shows nothing with a price. */
async function readShown({ wire, index: door }: HubHouse, producer: Producer): Promise<Shown | null> {
  const { uri: sourceId, groupId, vat } = producer;
  const index = await door.open();
  const ask = { groupId, now: wire.clock.now(), sourceId, limit: PAGE };
  const [entry] = (await index.search({ ...ask, kinds: ["producer"] })).entries;
  const document = entry && documentOf(wire, sourceId);
  if (!entry || !document) return null;
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
