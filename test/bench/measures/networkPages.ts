// How long people wait for the pages of a region that count or list much, in ms at the 95th percentile: 300 groups with three years of
// months of forty categories, 3,000 meetings to come. The figures as they are kept for some minutes ("statistics") and gathered anew
// ("statisticsAnew"), a file of open data ("openData"), the calendar as page ("calendar") and for other calendars ("calendarFile"), the
// months written to a table as they would be read ("lagP99Ms": how long the loop was held up by all of it).
import { readConfig } from "../../../src/config.ts";
import { transact } from "../../../src/db/transact.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { COMUNI } from "../../../src/network/places/places.ts";
import { newSource } from "../../../src/network/reading/source.ts";
import { saveReach, saveSource } from "../../../src/network/reading/store.ts";
import type { MonthCell } from "../../../src/network/statistics/month.ts";
import { insertMonth, replaceSupply } from "../../../src/network/statistics/store.ts";
import { buildNode, makeActor } from "../../../src/node.ts";
import { entryOf } from "../../network/index/entries.ts";
import { watchLag } from "../lag.ts";
import { makeScratchFolder } from "../scratch.ts";

const GROUPS = 300;
const MONTHS = 36;
const CELLS = 40;
const MEETINGS = 3000;
const ASKED = 200;
const ANEW = 20;
const DAY = 86_400_000;
const FIVE_MINUTES = 300_000;

const { folder, remove } = makeScratchFolder();
const clock = { at: Date.UTC(2026, 10, 23, 12), now: () => clock.at };
const { config } = readConfig(["--origin", "https://r.example", "--data", folder], {});
const carry = async () => ({ ok: false, failure: "unreachable", detail: "nobody is there" });
const node = await buildNode(config, {
  clock,
  busyAfterMs: 0,
  carrier: { get: carry, post: carry, close: async () => {} } as never,
});
const network = transact(node.db, (tx) =>
  makeActor(tx, { kind: "district", level: "region", handle: "r", name: "Regione" }, config, clock),
);
if (isRefusal(network)) throw new Error(network.refused);
await node.app.ready();
await fillRegion(network.id);

const stopLag = watchLag();
const calendar = (i: number) => (i % 2 === 0 ? "calendar" : `calendar?province=04${1 + (i % 3)}`);
const asked = {
  statisticsAnew: await askAll(ANEW, () => {
    clock.at += FIVE_MINUTES + 1;
    return "statistics";
  }),
  statistics: await askAll(ASKED, () => "statistics"),
  openData: await askAll(ANEW, () => "open-data/demand.csv"),
  calendar: await askAll(ASKED, calendar),
  calendarFile: await askAll(ANEW, () => "calendar.ics"),
};
const lagP99Ms = stopLag();
await node.stop();
remove();
console.log(JSON.stringify({ ...asked, lagP99Ms, residentMb: process.memoryUsage.rss() / 1e6 }));

async function askAll(count: number, path: (i: number) => string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const url = `/r/${path(i)}`;
    const before = performance.now();
    const headers = { host: "r.example", accept: "text/html" };
    // An address each: how often one may ask is part of the product and not what is measured.
    const answer = await node.app.inject({ url, headers, remoteAddress: `10.1.${i >> 8}.${i & 255}` });
    times.push(performance.now() - before);
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode}`);
  }
  times.sort((one, other) => one - other);
  return Number((times[Math.ceil(count * 0.95) - 1] ?? 0).toPrecision(3));
}

async function fillRegion(networkId: string): Promise<void> {
  const index = await node.index.open();
  const groups = Array.from({ length: GROUPS }, (_, i) => `https://g${i}.example/gas`);
  const comuneOf = (i: number) => COMUNI[(i * 7919) % COMUNI.length]!;
  transact(node.db, (tx) => {
    for (const [i, uri] of groups.entries()) {
      saveSource(tx, { ...newSource(uri, clock.at), isDiscoverable: true, actorDueAt: null });
      saveReach(tx, networkId, { uri, via: networkId, depth: 1, standing: "agreed" }, clock.at);
      for (let back = 1; back <= MONTHS; back++) {
        const month = new Date(Date.UTC(2026, 10 - back, 15)).toISOString().slice(0, 7);
        const iri = `${uri}/statistics/${month}`;
        const sums = { families: 23, orders: 6, producers: 5, euros: 1840, isWithheld: false };
        const of = { sourceUri: uri, iri, month, istat: comuneOf(i).istat, digest: "00", readAt: clock.at };
        insertMonth(tx, { ...of, ...sums, cells: cellsOf(i + back) });
      }
    }
    const supply = Array.from({ length: 1000 }, (_, n) => ({
      ...{ istat: COMUNI[n % COMUNI.length]!.istat ?? "", category: `categoria ${n % 8} ${Math.floor(n / 225)}` },
      ...{ producers: 2, products: 11 },
    }));
    for (let back = 0; back < 12; back++)
      replaceSupply(tx, networkId, new Date(Date.UTC(2026, 10 - back, 15)).toISOString().slice(0, 7), supply);
  });
  const shown = groups.map((id, i) =>
    entryOf("gas", `GAS ${i}`, { id, sourceId: id, place: comuneOf(i), readAt: clock.at }),
  );
  const meetings = Array.from({ length: MEETINGS }, (_, n) => {
    const startsAt = clock.at + (n % 300) * DAY + DAY;
    const sourceId = groups[n % GROUPS]!;
    const when = { startsAt, endsAt: startsAt + DAY / 12, readAt: clock.at };
    return entryOf("event", `Incontro ${n}`, { id: `${sourceId}/e/${n}`, sourceId, place: comuneOf(n), ...when });
  });
  await index.put([...shown, ...meetings]);
  await index.scope(networkId, groups);
}

/** Forty categories, of a hundred in use. */
function cellsOf(seed: number): MonthCell[] {
  return Array.from({ length: CELLS }, (_, n) => ({
    ...{ category: `categoria ${(seed * 7 + n) % 100}`, unit: n % 3 === 0 ? "H87" : "KGM" },
    ...{ families: 11, lines: 14, ordered: 1310, delivered: 1290, euros: 410 },
  }));
}
