// The figures of the load that SAFETY.md names (section D), each by its row; they take minutes and are asked for by name.
import type { Figure } from "./figures.ts";

/** Several numbers of one measurement: name, what it says, unit, the most or least we want, the part. */
type Line = readonly [name: string, says: string, unit: string, want: number, part?: string];

export const LOAD_FIGURES: readonly Figure[] = [
  ...asked(
    ["catalogCrowd.ts", "1000"],
    [
      "crowd-reads",
      "D2 1,000 people reading a list of 5,000 products within a minute, with the memory of npm start: the wait for a page, p95",
      "ms",
      300,
    ],
    ["crowd-reads-rss", "D2 the memory of that node", "MB", 400, "rssMb"],
  ).map((figure) => ({ ...figure, isAsStarted: true })),
  ...asked(
    ["ordersReceived.ts"],
    [
      "orders-received",
      "D3 300 orders of 200 lines: from the closing until the farm has it and the group knows, p95",
      "ms",
      300,
    ],
    ["orders-received-all", "D3 all of them, opened, filled and sent one after the other", "s", 600, "seconds"],
  ),
  ...asked(
    ["fanOut.ts", "100", "500", "1", "50"],
    [
      "fan-out-500",
      "D4 a letter to 500 followers, 100 dead, 50 answering after 10 s: until every living one has it",
      "s",
      120,
      "seconds",
    ],
    ["fan-out-500-cpu", "D4 the share of the machine's processors meanwhile", "%", 50, "cpuPercent"],
  ),
  // A tenth of the nodes; the whole: node test/bench/measures/networkReading.ts year 1000 500
  ...asked(
    ["networkReading.ts", "year", "100", "500"],
    [
      "network-100-first",
      "D5 a tenth of it: 100 nodes of 500 products, each on a host of its own, read for the first time",
      "min",
      12,
      "firstMinutes",
    ],
    [
      "network-100-day",
      "D5 a tenth of it, a day: every one looked at again, 5 with another catalog",
      "min",
      1,
      "dayMinutes",
    ],
    ["network-100-search", "D5 a tenth of it: a search among their 50,000 products, p95", "ms", 300, "searchP95Ms"],
    ["network-100-rss", "D5 a tenth of it: the memory of the node that reads them", "MB", 512, "rssMb"],
  ),
  // A tenth of the letters; the whole: node test/bench/measures/fanOut.ts 90 300 334 0
  ...asked(
    ["fanOut.ts", "90", "300", "34", "0"],
    [
      "backlog-10k",
      "D6 a tenth of it: 10,200 letters to 300 peers, 90 of them dead, delivered to the living",
      "1/s",
      50,
    ],
    ["backlog-10k-page", "D6 the wait for a page meanwhile, p95", "ms", 300, "pageP95Ms"],
    ["backlog-10k-rss", "D6 the node's memory after it", "MB", 512, "rssMb"],
    ["backlog-10k-lag", "D6 D14 how long the loop was held up meanwhile, p99", "ms", 100, "lagP99Ms"],
  ),
  ...asked(
    ["attackedBaskets.ts"],
    [
      "basket-save-attacked",
      "D7 the same saves under 200 nested letters and 50 wrong signatures a second and 400 slow connections, p95",
      "ms",
      400,
    ],
    ["basket-save-attacked-lag", "D7 D14 how long the loop was held up meanwhile, p99", "ms", 100, "lagP99Ms"],
  ),
  ...asked(
    ["tenYears.ts"],
    [
      "ten-years-balance",
      "D8 300 households and two million postings: the slowest of 300 balances",
      "ms",
      100,
      "balanceMs",
    ],
    ["ten-years-export", "D8 all of them as CSV", "s", 30, "exportSeconds"],
    ["ten-years-doctor", "D8 all of them read anew, as doctor does", "s", 300, "doctorSeconds"],
  ),
  ...asked(
    ["papers.ts"],
    [
      "papers",
      "D9 an order of 200 households with 300 lines each: the slowest of its reports, PDF or CSV",
      "s",
      10,
      "slowestSeconds",
    ],
    ["papers-rss", "D9 by how much the node grew over all of them", "MB", 150, "grewMb"],
    ["papers-lag", "D9 D14 how long the loop was held up meanwhile, p99", "ms", 100, "lagP99Ms"],
  ),
  // Five minutes; the whole: node test/bench/measures/soak.ts 480
  ...asked(
    ["soak.ts", "5"],
    [
      "soak",
      "D10 five of its 480 minutes: by how much an hour memory grows at 50 pages and a save a second",
      "%",
      1,
      "rssPercentPerHour",
    ],
    ["soak-files", "D10 files open in the end that were not in the beginning", "files", 0, "files"],
    ["soak-wal", "D10 the longest its log of writes became", "MB", 100, "walMb"],
    ["soak-lag", "D10 D14 how long the loop was held up meanwhile, p99", "ms", 100, "lagP99Ms"],
  ),
  ...asked(
    ["saveBaskets.ts", "save", "100", "small"],
    ["basket-save-small", "D12 100 households saving so, on one core and within 512 MB, p95", "ms", 200],
  ),
];

function asked(command: Figure["command"], ...lines: readonly Line[]): Figure[] {
  return lines.map(([name, says, unit, want, part]) => ({
    ...{ name, says, unit, limit: null, target: { value: want }, isAskedOnly: true, command },
    ...(part === undefined ? {} : { part }),
  }));
}
