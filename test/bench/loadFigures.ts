// The figures of the load that SAFETY.md names (section D), each by its row; they take minutes and are asked for by name.
import type { Figure } from "./figures.ts";

/** Several numbers of one measurement: name, what it says, unit, the most or least we want, the part. */
type Line = readonly [name: string, says: string, unit: string, want: number, part?: string];

export const LOAD_FIGURES: readonly Figure[] = [
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
