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
import type { IndexDoor } from "../index/openStore.ts";
import { gatherFigures } from "./figureActions.ts";
import { FIGURES, type Figure, type Value } from "./figures.ts";
import { figuresPage } from "./pages.ts";

type House = { readonly wire: Wire; readonly index: IndexDoor };
type Gathered = Awaited<ReturnType<typeof gatherFigures>>;
type Asked = FastifyRequest<{ Params: { handle: string } }>;

const LICENCE = "https://creativecommons.org/licenses/by/4.0/";

/** Shows a network's figures: its address is a group's too, and whoever registers that asks for this. */
export function showNetworkFigures({ wire, index }: House) {
  return async (request: FastifyRequest, reply: FastifyReply, network: LocalActor): Promise<FastifyReply> => {
    const gathered = await gather({ wire, index }, request, network);
    if (gathered === null) return sendRefusal(request, reply, { refused: "index-away" });
    return sendPage(request, reply, figuresPage(pageContext(request, reply), { network, ...gathered }));
  };
}

/** Adds the figures as files. */
export function registerFigureFiles(app: FastifyInstance, house: House): void {
  for (const name of FIGURES)
    for (const ending of ["csv", "json"] as const)
      app.get(`/:handle/statistics/${name}.${ending}`, OPEN_LIMIT, async (request: Asked, reply) => {
        const network = loadActorByHandle(house.wire.db.orm, request.params.handle);
        if (network?.kind !== "district" || network.goneAt !== null)
          return sendRefusal(request, reply, { refused: "not-found" });
        const gathered = await gather(house, request, network);
        const figure = gathered?.figures.find((one) => one.name === name);
        if (!gathered || !figure) return sendRefusal(request, reply, { refused: "index-away" });
        const { say } = pageContext(request, reply);
        if (ending === "csv")
          return sendCached(request, reply, {
            type: "text/csv; charset=utf-8",
            text: writeTable(figure),
            isWorded: true,
          });
        const text = writeJson(say, network, gathered, figure, house.wire.clock.now());
        return sendCached(request, reply, { type: "application/json; charset=utf-8", text, isWorded: true });
      });
}

/** Null where the index does not answer; nobody else's pages suffer. */
async function gather(
  { wire, index }: House,
  request: FastifyRequest,
  { id }: Pick<LocalActor, "id">,
): Promise<Gathered | null> {
  try {
    return await gatherFigures(wire.db.orm, await index.open(), id, wire.clock.now());
  } catch (error) {
    request.log.error({ err: error }, "the index did not answer");
    return null;
  }
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
