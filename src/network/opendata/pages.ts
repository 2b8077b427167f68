// Where a network says what open data it has, what they mean and under which licence; and the addresses other software asks. Pure.
import { OPEN_LICENCE } from "../../exchange/dcat.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import { type Network, ways } from "../directory/pages.ts";
import { COLUMNS, type DatasetName } from "./datasets.ts";

/** A dataset as it is now. */
export type ShownDataset = { readonly name: DatasetName; readonly count: number };

export function openDataPage(c: PageContext, network: Network, datasets: readonly ShownDataset[]): View {
  const { say } = c;
  const base = `/${network.handle}/open-data`;
  const catalogue = `${base}/catalog.jsonld`;
  return {
    title: say("opendata.title", { name: network.name }),
    description: say("opendata.lead"),
    data: describeCatalogue(c, network, datasets),
    alternates: [{ type: "application/ld+json", href: catalogue, title: "DCAT-AP_IT" }],
    body: html`${ways(c, network, "open-data")}
      <p class="lead">${say("opendata.lead")}</p>
      <p>${say("opendata.licence")} <a href="${OPEN_LICENCE.url}" rel="license noopener">${OPEN_LICENCE.name}</a>.</p>
      ${datasets.map((dataset) => datasetPart(c, base, dataset))}
      <h2>${say("opendata.software")}</h2>
      <ul class="links">
        <li><a href="${catalogue}">${say("opendata.catalogue")}</a></li>
        <li><a href="/api/openapi.json">${say("opendata.openapi")}</a></li>
        <li><a href="/api/list">${say("opendata.hubList")}</a></li>
      </ul>
      <p>${say("opendata.hubUrl")}</p>
      <p class="copy">HUB_URL=${c.origin}</p>`,
  };
}

/** The same for who searches data on the web; portals of public bodies read the DCAT-AP_IT catalogue. */
function describeCatalogue({ say, origin }: PageContext, { handle, name }: Network, datasets: readonly ShownDataset[]) {
  const page = `${origin}/${handle}/open-data`;
  const license = OPEN_LICENCE.url;
  const creator = { "@type": "Organization", name, url: `${origin}/${handle}` };
  const file = (dataset: DatasetName, ending: string, encodingFormat: string) => ({
    ...{ "@type": "DataDownload", encodingFormat, contentUrl: `${page}/${dataset}.${ending}` },
  });
  return {
    ...{ "@context": "https://schema.org", "@type": "DataCatalog", "@id": page, url: page, license, creator },
    ...{ name: say("opendata.title", { name }), description: say("opendata.lead") },
    dataset: datasets.map(({ name: dataset }) => ({
      ...{ "@type": "Dataset", name: say(`opendata.dataset.${dataset}.title`), url: `${page}#${dataset}` },
      ...{ description: say(`opendata.dataset.${dataset}.text`), license, creator, isAccessibleForFree: true },
      distribution: [file(dataset, "csv", "text/csv"), file(dataset, "json", "application/json")],
    })),
  };
}

function datasetPart(c: PageContext, base: string, { name, count }: ShownDataset): Html {
  const { say } = c;
  const title = say(`opendata.dataset.${name}.title`);
  const columns = COLUMNS[name].map(
    (column) => html`<dt><code>${column}</code></dt><dd>${say(`opendata.column.${column}`)}</dd>`,
  );
  return html`<section id="${name}"><h2>${title}</h2>
      <p>${say(`opendata.dataset.${name}.text`)}</p>
      <p>${say("opendata.rows", { count })}</p>
      <p class="actions"><a role="button" class="quiet" href="${base}/${name}.csv" aria-label="${title}, CSV">CSV</a> <a role="button" class="quiet" href="${base}/${name}.json" aria-label="${title}, JSON">JSON</a></p>
      <details><summary>${say("opendata.columns")}</summary><dl class="facts stacked">${columns}</dl></details></section>`;
}
