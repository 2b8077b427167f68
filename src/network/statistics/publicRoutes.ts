// A network's figures, to people as a page and to others' software as tables: each figure by itself, as CSV and as JSON.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LocalActor } from "../../activitypub/actor.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type OutCell, writeCsv } from "../../exchange/csvOut.ts";
import { formatInstant } from "../../kernel/time.ts";
import { OPEN_LIMIT, sendCached } from "../../web/cachedAnswer.ts";
import { sendRefusal } from "../../web/errors.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import type { Say } from "../../web/words.ts";
import { keepAnswers } from "../index/keptAnswers.ts";
import type { IndexDoor } from "../index/openStore.ts";
import { stateOfShown } from "../reading/store.ts";
import { gatherFigures } from "./figureActions.ts";
import { FIGURES, type Figure, type Value } from "./figures.ts";
import { figuresPage } from "./pages.ts";
import { stateOfMonths, stateOfSupply } from "./store.ts";

type House = { readonly wire: Wire; readonly index: IndexDoor };
type Gathered = Awaited<ReturnType<typeof gatherFigures>>;
type Asked = FastifyRequest<{ Params: { handle: string } }>;

const LICENCE = "https://creativecommons.org/licenses/by/4.0/";

type Gather = (request: FastifyRequest, network: Pick<LocalActor, "id">) => Promise<Gathered | null>;

/** Adds the figures as files, and gives what shows their page: its address is a group's too, and whoever has that asks for this. */
export function registerFigures(app: FastifyInstance, house: House) {
  const gather = openGatherer(house);
  for (const name of FIGURES)
    for (const ending of ["csv", "json"] as const)
      app.get(`/:handle/statistics/${name}.${ending}`, OPEN_LIMIT, async (request: Asked, reply) => {
        const network = loadActorByHandle(house.wire.db.orm, request.params.handle);
        if (network?.kind !== "district" || network.goneAt !== null)
          return sendRefusal(request, reply, { refused: "not-found" });
        const gathered = await gather(request, network);
        const figure = gathered?.figures.find((one) => one.name === name);
        if (!gathered || !figure) return sendRefusal(request, reply, { refused: "index-away" });
        const { say, now } = pageContext(request, reply);
        if (ending === "csv") {
          const answer = { type: "text/csv; charset=utf-8", text: writeTable(figure), isWorded: true };
          return sendCached(request, reply, answer);
        }
        const text = writeJson(say, network, gathered, figure, now);
        return sendCached(request, reply, { type: "application/json; charset=utf-8", text, isWorded: true });
      });
  return async (request: FastifyRequest, reply: FastifyReply, network: LocalActor): Promise<FastifyReply> => {
    const gathered = await gather(request, network);
    if (gathered === null) return sendRefusal(request, reply, { refused: "index-away" });
    return sendPage(request, reply, figuresPage(pageContext(request, reply), { network, ...gathered }));
  };
}

/** Gathers a network's figures, once for all who ask within some minutes; null where the index does not answer, which is nobody else's trouble. */
function openGatherer({ wire, index }: House): Gather {
  const keep = keepAnswers<Gathered>(index, wire.clock);
  const { orm } = wire.db;
  return async (request, { id }) => {
    const state = [stateOfMonths(orm, id), stateOfSupply(orm, id), stateOfShown(orm, id)].join();
    const gather = async () => gatherFigures(orm, await index.open(), id, wire.clock.now());
    try {
      return await keep(id, state, gather);
    } catch (error) {
      request.log.error({ err: error }, "the index did not answer");
      return null;
    }
  };
}

/** Columns by their names for programs; what is not told is empty. */
function writeTable({ columns, rows }: Figure): string {
  const cell = (value: Value): OutCell => (typeof value === "number" ? { decimal: String(value) } : (value ?? ""));
  return writeCsv([columns.map(({ key }) => key), ...rows.map((row) => row.map(cell))]);
}

/** The same with what it counts, when, of whom and how it may be used. The day it was made, not the minute: it is fetched again and again. */
function writeJson(say: Say, network: LocalActor, { span, groups }: Gathered, figure: Figure, now: number): string {
  const { name, columns, rows, counted, isPartial } = figure;
  return JSON.stringify({
    definition: say(`statistics.figure.${name}.definition`),
    publisher: network.id,
    updated: formatInstant(now).slice(0, 10),
    licence: LICENCE,
    ...(span ?? {}),
    ...(counted === null ? {} : { groupsCounted: counted, groups }),
    isPartial,
    columns: columns.map(({ key, kind }) => ({ name: key, kind, says: say(`statistics.column.${key}`) })),
    rows: rows.map((row) => Object.fromEntries(columns.map(({ key }, n) => [key, row[n] ?? null]))),
  });
}
