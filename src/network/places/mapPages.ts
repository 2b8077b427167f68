// The map as a picture drawn on the server: the five provinces, or the comuni of one as points. Pure: counts -> SVG.
import { geoMercator, geoPath } from "d3-geo";
import { type Html, html } from "../../web/html.ts";
import { type Comune, comuneOf, type Province } from "./places.ts";

/** What stands at a place: where it leads and what it says ("Fano: 3 GAS"). `code` is a province's three digits or a comune's six. */
export type MapMark = { readonly code: string; readonly label: string; readonly href: string; readonly count: number };

const WIDTH = 360;
const MOST_HEIGHT = 420;
const MARGIN = 14;
/** The part of a point that takes a press: 24 px on a phone, where the picture has its own size. */
const TOUCH_RADIUS = 13;
const DOT_RADIUS = 5;
const DOT_MOST = 11;
/** Around the biggest point. */
const RING_RADIUS = 16;

/** The provinces, each a link that says what is in it. Where none of `marks` speaks of one, it is drawn without a link. */
export function drawProvinces(provinces: readonly Province[], marks: readonly MapMark[], title: string): Html {
  const { path, shapes, box } = project(provinces);
  const lands = shapes.map(({ province, shape }) => {
    const mark = marks.find(({ code }) => code === province.code);
    const outline = html`<path d="${path(shape) ?? ""}" class="${mark ? "map-land" : "map-land map-empty"}"></path>`;
    return mark ? html`<a href="${mark.href}" aria-label="${mark.label}">${outline}</a>` : outline;
  });
  // Names lie on top of the links and let presses through.
  const names = shapes.map(({ province, shape }) => {
    const [x = 0, y = 0] = path.centroid(shape);
    const mark = marks.find(({ code }) => code === province.code);
    return html`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" class="map-name" text-anchor="middle">${province.sigla}</text>
      ${mark ? html`<text x="${x.toFixed(1)}" y="${(y + 18).toFixed(1)}" class="map-count" text-anchor="middle">${mark.count}</text>` : ""}`;
  });
  return picture(title, box, html`${lands}<g aria-hidden="true" pointer-events="none">${names}</g>`);
}

/** Provinces with their comuni: those with something are points that lead there. `here`: a comune to find one's way by, ringed. */
export function drawComuni(
  provinces: readonly Province[],
  marks: readonly MapMark[],
  title: string,
  here?: Comune,
): Html {
  const { path, shapes, projection, box } = project(provinces);
  const most = Math.max(1, ...marks.map(({ count }) => count));
  // The biggest first, so that a small one on top of it can still be pressed.
  const points = [...marks]
    .sort((a, b) => b.count - a.count)
    .map(({ code, label, href, count }) => {
      const comune = comuneOf(code);
      const at = comune && projection([comune.longitude, comune.latitude]);
      if (!at) return "";
      const [x, y] = [at[0].toFixed(1), at[1].toFixed(1)];
      const radius = DOT_RADIUS + (DOT_MOST - DOT_RADIUS) * Math.sqrt(count / most);
      return html`<a href="${href}" aria-label="${label}"><circle cx="${x}" cy="${y}" r="${TOUCH_RADIUS}" class="map-touch"></circle><circle cx="${x}" cy="${y}" r="${radius.toFixed(1)}" class="map-dot"></circle></a>`;
    });
  const land = shapes.map(({ shape }) => html`<path d="${path(shape) ?? ""}" class="map-land"></path>`);
  // Beneath the points, so that it keeps no press from them.
  return picture(title, box, html`${land}${here ? ringAt(projection([here.longitude, here.latitude])) : ""}${points}`);
}

function ringAt(at: [number, number] | null): Html | "" {
  if (at === null) return "";
  return html`<circle cx="${at[0].toFixed(1)}" cy="${at[1].toFixed(1)}" r="${RING_RADIUS}" class="map-here" aria-hidden="true"></circle>`;
}

function project(provinces: readonly Province[]) {
  const shapes = provinces.map((province) => ({
    province,
    shape: {
      type: "Polygon" as const,
      coordinates: province.rings.map((ring) => ring.map(([longitude, latitude]) => [longitude, latitude])),
    },
  }));
  const all = { type: "GeometryCollection" as const, geometries: shapes.map(({ shape }) => shape) };
  const frame: [[number, number], [number, number]] = [
    [MARGIN, MARGIN],
    [WIDTH - MARGIN, MOST_HEIGHT - MARGIN],
  ];
  const projection = geoMercator().fitExtent(frame, all);
  const path = geoPath(projection).digits(1);
  const [[, top], [, bottom]] = path.bounds(all);
  const box = `0 ${Math.floor(top - MARGIN)} ${WIDTH} ${Math.ceil(bottom - top + 2 * MARGIN)}`;
  return { path, shapes, projection, box };
}

function picture(title: string, box: string, body: Html): Html {
  return html`<svg class="map" viewBox="${box}" role="group" aria-label="${title}">${body}</svg>`;
}
