// What a desk leads to besides the entries of its frame: shelf by shelf, each entry with a sentence that says what it is for. Pure.
import { type Html, html } from "./html.ts";
import type { PageContext, View } from "./page.ts";

type Entry = { readonly href: string; readonly label: string };

/** The shelves in their order; an entry stands on the one that names its path, one that no shelf names on the last. */
const SHELVES = [
  {
    name: "goods",
    paths: ["orders", "pickups", "money", "mirrors", "today", "sales", "cycles", "catalog", "offers", "shifts"],
  },
  { name: "people", paths: ["people", "household", "gatherings", "news", "training", "solidarity", "budding"] },
  {
    name: "others",
    paths: ["partners", "outbox", "networks", "network", "sources", "network/founding", "network/hub"],
  },
  { name: "keeping", paths: ["settings", "statistics", "statistics/own", "audit", "leaving"] },
] as const;

const LAST = SHELVES[SHELVES.length - 1]!.name;
const SHELF_BY_PATH = new Map<string, string>(SHELVES.flatMap(({ name, paths }) => paths.map((path) => [path, name])));

/** The page of a desk's further entries. `entries` have addresses of this desk: `/desk/{handle}/{path}`. */
export function morePage(c: PageContext, entries: readonly Entry[]): View {
  const { say } = c;
  const shelves = Map.groupBy(entries, ({ href }) => SHELF_BY_PATH.get(pathOf(href)) ?? LAST);
  const parts = SHELVES.flatMap(({ name }) => {
    const rows = shelves.get(name) ?? [];
    return rows.length === 0
      ? []
      : [html`<h2>${say(`web.more.${name}`)}</h2><ul class="rows ways">${rows.map((row) => entryRow(c, row))}</ul>`];
  });
  return { title: say("web.nav.more"), body: html`${parts}` };
}

function entryRow({ say }: PageContext, { href, label }: Entry): Html {
  const path = pathOf(href);
  const hint = SHELF_BY_PATH.has(path) ? html`<small>${say(`web.moreHint.${path.replaceAll("/", "-")}`)}</small>` : "";
  return html`<li class="row"><span><a href="${href}">${label}</a>${hint}</span></li>`;
}

/** "/desk/gas-fano/network/hub" -> "network/hub". */
function pathOf(href: string): string {
  return href.split("/").slice(3).join("/");
}
