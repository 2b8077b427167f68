// Stacks of a bundled program that name our own files and lines. What Node would do of its own with `--enable-source-maps` reads
// every map at the start and keeps it: 45 MB. Here a table of places lies beside each file and is read when a stack is asked for.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What a source map has that is read here. `sources` are relative to the file. */
export type SourceMap = { readonly sources: readonly string[]; readonly mappings: string };

/** How the table of a file is named. */
export const TABLE = ".lines";

/** Line and column of the bundled file, number of the source, line of the source; all from 0. */
const FIELDS = 4;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));

/** The table of a map: one row wherever another line of a source begins, by place; before them the sources as a line of JSON. */
export function writeTable({ sources, mappings }: SourceMap): Buffer {
  const rows: number[] = [];
  let [source, sourceLine] = [0, 0];
  for (const [line, segments] of mappings.split(";").entries()) {
    let column = 0;
    for (const segment of segments.split(",")) {
      const [columns, sourcesOn, linesOn] = readNumbers(segment);
      column += columns ?? 0;
      if (sourcesOn === undefined || linesOn === undefined) continue;
      source += sourcesOn;
      sourceLine += linesOn;
      const isSame = rows.at(-2) === source && rows.at(-1) === sourceLine && rows.at(-FIELDS) === line;
      if (!isSame) rows.push(line, column, source, sourceLine);
    }
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify(sources)}\n`), Buffer.from(Uint32Array.from(rows).buffer)]);
}

/** Base 64 digits of five bits and one that says that more follow; the lowest bit of a number is its sign. */
function readNumbers(segment: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = VALUES.get(digit) ?? 0;
    value += (bits & 31) << shift;
    shift += 5;
    if (bits >= 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

/** The source and its line, from 1, of a place in the file at `url`, whose lines and columns count from 1; null where none is known. */
export function findPlace(url: string, line: number, column: number): { url: string; line: number } | null {
  let file: Buffer;
  try {
    file = readFileSync(fileURLToPath(url) + TABLE);
  } catch {
    return null;
  }
  const start = file.indexOf("\n") + 1;
  const rows = new Uint32Array(Uint8Array.from(file.subarray(start)).buffer);
  const [wantedLine, wantedColumn] = [line - 1, column - 1];
  let [from, to] = [0, rows.length / FIELDS];
  while (from < to) {
    const middle = (from + to) >> 1;
    const [atLine = 0, atColumn = 0] = rows.subarray(middle * FIELDS);
    if (atLine < wantedLine || (atLine === wantedLine && atColumn <= wantedColumn)) from = middle + 1;
    else to = middle;
  }
  if (from === 0) return null;
  const [, , source = 0, sourceLine = 0] = rows.subarray((from - 1) * FIELDS);
  const name = (JSON.parse(file.toString("utf8", 0, start)) as string[])[source];
  return name === undefined ? null : { url: new URL(name, url).href, line: sourceLine + 1 };
}

/** From now on stacks name the places of sources. Those that are not in a table stay as they are. */
export function nameSources(): void {
  Error.prepareStackTrace = (error, sites) => {
    const lines = sites.map((site) =>
      String(site).replace(/(file:\/\/[^\s()]+):(\d+):(\d+)/, (text, url: string, line: string, column: string) => {
        const place = findPlace(url, Number(line), Number(column));
        return place ? `${place.url}:${place.line}` : text;
      }),
    );
    return [String(error), ...lines.map((line) => `    at ${line}`)].join("\n");
  };
}
