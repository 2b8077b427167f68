// A network's open data: the page, each dataset as CSV and JSON, the catalogue that portals harvest; and what this node answers to software.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LocalActor } from "../../activitypub/actor.ts";
import { isListed } from "../../activitypub/actors.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import { type CatalogDataset, type InTwo, writeCatalog } from "../../exchange/dcat.ts";
import { romeTime } from "../../kernel/time.ts";
import { OPEN_LIMIT, sendCached } from "../../web/cachedAnswer.ts";
import { sendRefusal } from "../../web/errors.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { words } from "../../web/words.ts";
import { COLUMNS, DATASET_NAMES, type DatasetName, type Row, writeRowsCsv, writeRowsJson } from "./datasets.ts";
import { writeOpenApi } from "./openapi.ts";
import { openDataPage } from "./pages.ts";
import { type OpenHouse, type OpenRows, openRows, spanOf } from "./rowsActions.ts";

/** ISTAT's code of the Marche, whose comuni are the ones known by their code here (network/places). */
const REGION_ISTAT = "11";
const HOUR_SECONDS = 3600;
const JSON_TYPE = "application/json; charset=utf-8";

type Asked = FastifyRequest<{ Params: { handle: string } }>;

/** Adds `/:handle/open-data` and below, and `/api/openapi.json`. */
export function registerOpenData(app: FastifyInstance, house: OpenHouse): void {
  const open = openRows(house);
  app.get("/:handle/open-data", OPEN_LIMIT, (request: Asked, reply) =>
    answer(house, request, reply, async (network) => {
      const shown = DATASET_NAMES.map(async (name) => ({ name, count: (await open.rows(network, name)).length }));
      return sendPage(request, reply, openDataPage(pageContext(request, reply), network, await Promise.all(shown)));
    }),
  );
  for (const name of DATASET_NAMES) registerDataset(app, house, open, name);
  app.get("/:handle/open-data/catalog.jsonld", OPEN_LIMIT, (request: Asked, reply) =>
    answer(house, request, reply, async (network) => {
      const text = `${JSON.stringify(await catalogOf(house, open, network))}\n`;
      return sendCached(request, reply, { type: "application/ld+json; charset=utf-8", text, seconds: HOUR_SECONDS });
    }),
  );
  const text = writeOpenApi(house.wire.origin);
  app.get("/api/openapi.json", OPEN_LIMIT, (request, reply) => sendCached(request, reply, { type: JSON_TYPE, text }));
}

function registerDataset(app: FastifyInstance, house: OpenHouse, open: OpenRows, name: DatasetName): void {
  const add = (ending: string, type: string, write: (rows: readonly Row[], network: LocalActor) => string) =>
    app.get(`/:handle/open-data/${name}.${ending}`, OPEN_LIMIT, (request: Asked, reply) =>
      answer(house, request, reply, async (network) =>
        sendCached(request, reply, { type, text: write(await open.rows(network, name), network) }),
      ),
    );
  add("csv", "text/csv; charset=utf-8", (rows) => writeRowsCsv(name, rows));
  add("json", JSON_TYPE, (rows, { id }) =>
    writeRowsJson(rows, {
      definition: inTwo(`opendata.dataset.${name}.text`),
      columns: Object.fromEntries(COLUMNS[name].map((column) => [column, inTwo(`opendata.column.${column}`)])),
      ...{ source: id, updated: romeTime(house.wire.clock.now()).date },
    }),
  );
}

/** Answers for a network that is listed; where the index is away, says so. */
async function answer(
  { wire }: OpenHouse,
  request: Asked,
  reply: FastifyReply,
  send: (network: LocalActor) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const network = loadActorByHandle(wire.db.orm, request.params.handle);
  if (network?.kind !== "district" || !isListed(network)) return sendRefusal(request, reply, { refused: "not-found" });
  try {
    return await send(network);
  } catch (error) {
    request.log.error({ err: error }, "the index did not answer");
    return sendRefusal(request, reply, { refused: "index-away" });
  }
}

/** A sentence in both languages: files are the same for every reader. */
function inTwo(key: string, facts: Record<string, unknown> = {}): InTwo {
  return { it: words("it")(key, facts), en: words("en")(key, facts) };
}

async function catalogOf(house: OpenHouse, open: OpenRows, network: LocalActor): Promise<object> {
  const { id, name, contact, createdAt } = network;
  const now = house.wire.clock.now();
  const page = `${id}/open-data`;
  const today = romeTime(now).date;
  const past = { from: `${spanOf(now).from}-01`, to: today };
  const datasets = DATASET_NAMES.map((dataset): CatalogDataset => {
    const isOfThePast = dataset === "demand" || dataset === "supply";
    return {
      name: dataset,
      title: inTwo(`opendata.dataset.${dataset}.title`),
      description: inTwo(`opendata.dataset.${dataset}.text`),
      keywords: ["GAS", "economia solidale", "filiera corta"],
      frequency: isOfThePast ? "MONTHLY" : "DAILY",
      span: isOfThePast ? past : null,
      files: [
        { url: `${page}/${dataset}.csv`, format: "CSV", mediaType: "text/csv" },
        { url: `${page}/${dataset}.json`, format: "JSON", mediaType: "application/json" },
      ],
    };
  });
  return writeCatalog({
    ...{
      id: `${page}/catalog.jsonld`,
      page,
      title: inTwo("opendata.title", { name }),
      description: inTwo("opendata.lead"),
    },
    publisher: { id, name, mail: contact },
    issuedOn: romeTime(createdAt).date,
    modifiedOn: today,
    regionIstat: (await open.isInKnownRegion(network)) ? REGION_ISTAT : null,
    datasets,
  });
}
