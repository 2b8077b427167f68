// The rows of a network's datasets, out of its index and of what its groups published: no other node is asked.
import type { LocalActor } from "../../activitypub/actor.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { addMonths, romeTime } from "../../kernel/time.ts";
import { keepAnswers } from "../index/keptAnswers.ts";
import type { NetworkIndex } from "../index/networkIndex.ts";
import type { IndexDoor } from "../index/openStore.ts";
import { provinceOf } from "../places/places.ts";
import { stateOfShown } from "../reading/store.ts";
import { sumSpan } from "../statistics/figureActions.ts";
import { listSupply, stateOfMonths, stateOfSupply } from "../statistics/store.ts";
import { type DatasetName, demandRows, eventRows, groupRows, type Row, supplyRows } from "./datasets.ts";

/** What open data need of the node. */
export type OpenHouse = { readonly wire: Wire; readonly index: IndexDoor };

/** Two years: what a plan or a report looks back on. */
const MONTHS_BACK = 24;
const MOST_EVENTS = 1000;
const PAGE = 100;

/** The months that datasets of the past speak of, "YYYY-MM", the present one the last. */
export function spanOf(now: number): { from: string; to: string } {
  const today = romeTime(now).date;
  return { from: addMonths(today, -MONTHS_BACK).slice(0, 7), to: today.slice(0, 7) };
}

/** What open data tell of a network, out of answers that are kept for some minutes. Rejects when the index fails. */
export type OpenRows = {
  readonly rows: (network: LocalActor, name: DatasetName) => Promise<readonly Row[]>;
  /** Whether the network shows anybody in the one region whose provinces are known here by their outlines. */
  readonly isInKnownRegion: (network: LocalActor) => Promise<boolean>;
};

export function openRows(house: OpenHouse): OpenRows {
  const { wire, index } = house;
  const keepRows = keepAnswers<readonly Row[]>(index, wire.clock);
  const keepRegion = keepAnswers<boolean>(index, wire.clock);
  return {
    rows: (network, name) =>
      keepRows(`${name} ${network.id}`, stateOf(wire, network, name), () => readRows(house, network, name)),
    isInKnownRegion: (network) =>
      keepRegion(network.id, stateOfShown(wire.db.orm, network.id), () => isInKnownRegion(house, network)),
  };
}

/** What beside the index a dataset is made of, as a text that is another once that is. */
function stateOf({ db: { orm }, clock }: Wire, { id }: LocalActor, name: DatasetName): string {
  const { from, to } = spanOf(clock.now());
  if (name === "demand") return `${from} ${to} ${stateOfMonths(orm, id)}`;
  if (name === "supply") return `${from} ${to} ${stateOfSupply(orm, id)}`;
  return stateOfShown(orm, id);
}

/** The rows of a dataset as they are now. */
async function readRows(house: OpenHouse, network: LocalActor, name: DatasetName): Promise<readonly Row[]> {
  const { wire, index } = house;
  const now = wire.clock.now();
  const { orm } = wire.db;
  if (name === "groups") return groupRows(await (await index.open()).counts(network.id, "comune", now));
  if (name === "events") return eventRows(await listMeetings(await index.open(), network.id, now));
  if (name === "supply") return supplyRows(listSupply(orm, network.id, spanOf(now)));
  const { byMonth, byComune, byCategory } = await sumSpan(orm, network.id, spanOf(now));
  return [...demandRows("month", byMonth), ...demandRows("comune", byComune), ...demandRows("category", byCategory)];
}

async function listMeetings(index: NetworkIndex, groupId: string, now: number) {
  const found: { month: string; istat: string | null }[] = [];
  let after: string | null = null;
  do {
    const ask = { groupId, now, kinds: ["event" as const], openAt: now, limit: PAGE, after };
    const page: Awaited<ReturnType<NetworkIndex["search"]>> = await index.search(ask);
    for (const { startsAt, place, isCancelled } of page.entries)
      if (startsAt !== null && !isCancelled)
        found.push({ month: romeTime(startsAt).date.slice(0, 7), istat: place?.istat ?? null });
    after = page.next;
  } while (after !== null && found.length < MOST_EVENTS);
  return found;
}

async function isInKnownRegion(house: OpenHouse, network: LocalActor): Promise<boolean> {
  const counts = await (await house.index.open()).counts(network.id, "province", house.wire.clock.now());
  return counts.some(({ value }) => provinceOf(value) !== undefined);
}
