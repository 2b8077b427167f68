// The map of a network and the list it is the picture of: provinces, or the comuni of one. Pure: view -> HTML.
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { chips, emptyState } from "../../web/parts.ts";
import type { Count } from "../index/networkIndex.ts";
import { drawComuni, drawProvinces, type MapMark } from "../places/mapPages.ts";
import { comuneOf, PROVINCES, type Province, provinceOf } from "../places/places.ts";
import { ACTOR_KINDS, type Network, ways } from "./pages.ts";

/** `counts` by province, or by comune where one is chosen. */
export type MapView = {
  readonly network: Network;
  readonly province: Province | null;
  readonly counts: readonly Count[];
};

export function mapPage(c: PageContext, { network, province, counts }: MapView): View {
  const { say } = c;
  const marks = province ? comuneMarks(c, network, province, counts) : provinceMarks(c, network, counts);
  const title = province ? province.name : say("directory.region");
  const picture = province ? drawComuni([province], marks, title) : drawProvinces(PROVINCES, marks, title);
  return {
    title: say("directory.mapTitle", { name: network.name }),
    description: say("directory.description", { name: network.name }),
    body: html`${ways(c, network, "map")}
      <p class="lead">${say(province ? "directory.mapLeadProvince" : "directory.mapLead", { province: title })}</p>
      ${provinceChips(c, province)}
      <div class="map-and-list"><figure class="map-frame">${picture}<figcaption><small>${say("directory.credit")}</small></figcaption></figure>
      ${marks.length === 0 ? emptyState({ text: say("directory.mapEmpty") }) : listOf(marks)}</div>`,
  };
}

/** The same as the picture, in words. */
function listOf(marks: readonly MapMark[]): Html {
  return html`<ul class="links map-list">${marks.map(({ href, label }) => html`<li><a href="${href}">${label}</a></li>`)}</ul>`;
}

function provinceMarks(c: PageContext, _network: Network, counts: readonly Count[]): MapMark[] {
  return PROVINCES.flatMap(({ code, name }) => {
    const here = actorsAt(counts, code);
    return here.length === 0 ? [] : [markOf(c, { code, name, href: `${c.path}?province=${code}` }, here)];
  });
}

function comuneMarks(c: PageContext, { handle }: Network, { code }: Province, counts: readonly Count[]): MapMark[] {
  const codes = [...new Set(counts.map(({ value }) => value))].filter((value) => value.startsWith(code));
  const marks = codes.flatMap((istat) => {
    const comune = comuneOf(istat);
    const here = actorsAt(counts, istat);
    if (!comune || here.length === 0) return [];
    const params = new URLSearchParams({ comune: comune.name, km: "0" });
    return [markOf(c, { code: istat, name: comune.name, href: `/${handle}/directory?${params}` }, here)];
  });
  return marks.sort((a, b) => a.label.localeCompare(b.label, "it"));
}

function actorsAt(counts: readonly Count[], value: string): readonly Count[] {
  return ACTOR_KINDS.flatMap((kind) => counts.filter((count) => count.value === value && count.kind === kind));
}

/** "Fano: 3 GAS e 2 produttori". */
function markOf(c: PageContext, place: { code: string; name: string; href: string }, here: readonly Count[]): MapMark {
  const parts = here.map(({ kind, count }) => c.say(`directory.number.${kind}`, { count }));
  const count = here.reduce((sum, one) => sum + one.count, 0);
  return { code: place.code, href: place.href, count, label: `${place.name}: ${c.format.list(parts)}` };
}

function provinceChips(c: PageContext, province: Province | null): Html {
  const all = { code: "", name: c.say("directory.region") };
  const choices = [all, ...PROVINCES].map(({ code, name }) => ({
    href: code === "" ? c.path : `${c.path}?province=${code}`,
    label: name,
    isCurrent: (province?.code ?? "") === code,
  }));
  return chips(c.say("directory.province"), choices);
}

/** The province an address names; null for the whole region. */
export function readProvince(code: string | undefined): Province | null {
  return provinceOf(code ?? "") ?? null;
}
