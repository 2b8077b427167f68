// Bars as a picture drawn on the server: from zero, every value written beside its bar, told apart by pattern and never by colour. Pure.
import { type Html, html } from "./html.ts";

/** A bar with the words above it; `second` is a bar of the same measure beneath, hatched. */
export type Bar = {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  readonly second?: { readonly value: number; readonly text: string };
};

const WIDTH = 360;
const ROW = 40;
const SECOND = 26;
const BAR = 14;
const TEXT_UP = 14;
const GAP = 6;
const LABEL_CHARS = 48;
/** The value stands behind its bar. */
const VALUE_WIDTH = 120;

/**
 * The bars in their order, on one scale. `id` is unique on its page; `title` says what the picture shows, for whoever does not see
 * it: the table beneath has everything that is in it.
 */
export function drawBars(id: string, title: string, bars: readonly Bar[]): Html {
  const most = Math.max(1, ...bars.flatMap(({ value, second }) => [value, second?.value ?? 0]));
  const lengthOf = (value: number) => ((WIDTH - VALUE_WIDTH) * value) / most;
  let top = 0;
  const rows = bars.map((bar) => {
    const y = top;
    top += ROW + (bar.second ? SECOND - GAP : 0);
    return barRow(id, bar, y, lengthOf);
  });
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${top}" role="img" aria-labelledby="${id}-title">
      <title id="${id}-title">${title}</title>
      <defs><pattern id="${id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="chart-ground"></rect><rect width="3" height="6" class="chart-bar"></rect></pattern></defs>
      ${rows}
      <line x1="0.5" y1="0" x2="0.5" y2="${top}" class="chart-axis"></line></svg>`;
}

function barRow(id: string, { label, value, text, second }: Bar, y: number, lengthOf: (value: number) => number): Html {
  const short = label.length > LABEL_CHARS ? `${label.slice(0, LABEL_CHARS - 1)}…` : label;
  const bar = (one: number, words: string, at: number, fill: Html) =>
    html`<rect x="0" y="${at}" width="${lengthOf(one).toFixed(1)}" height="${BAR}" ${fill}></rect><text x="${(lengthOf(one) + GAP).toFixed(1)}" y="${at + BAR - 2}" class="chart-value">${words}</text>`;
  const firstAt = y + TEXT_UP + GAP;
  return html`<text x="4" y="${y + TEXT_UP}" class="chart-label">${short}</text>
    ${bar(value, text, firstAt, html`class="chart-bar"`)}
    ${second ? bar(second.value, second.text, firstAt + BAR + GAP, html`fill="url(#${id}-hatch)" class="chart-edge"`) : ""}`;
}
