// What this node answers to software besides pages and ActivityPub, as one OpenAPI 3.1 document. A test compares it with the routes. Pure.
import { FIGURES, type FigureName } from "../statistics/figures.ts";

/** An address. `params` are of its path, in its order. */
type Answer = {
  readonly path: string;
  readonly says: string;
  readonly types: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  /** Answers by a whole text with an ETag. */
  readonly isCached?: boolean;
};

const JSON_TYPE = "application/json";
const FEEDS = { atom: "application/atom+xml", rss: "application/rss+xml", json: "application/feed+json" } as const;
const ICS = "text/calendar";
const LINKED = "application/ld+json";

const FIGURE_SAYS: Readonly<Record<FigureName, string>> = {
  places: "groups, producers, households and orders by comune",
  months: "orders by month",
  goods: "what was delivered, by category and unit",
  shortfalls: "what was ordered and what came, by category and unit",
  seasons: "what producers have in season and what households bought, by month and category",
  together: "from how many producers groups had something, by month",
};
const LISTS = {
  offers: "Open orders of a network, the next to close first",
  directory: "Groups, producers and networks of a network",
  calendar: "Meetings to come of a network",
} as const;

const DATASETS = {
  groups: "Groups, producers and networks by comune",
  demand: "What groups published of their months, by month, comune and category",
  supply: "Producers and products by month, comune and category",
  events: "Meetings to come by month and comune",
} as const;

const FEED_ANSWERS = Object.entries(LISTS).flatMap(([name, says]) =>
  Object.entries(FEEDS).map(
    ([ending, type]): Answer => ({
      ...{ path: `/{handle}/${name}.${ending}`, says, types: [type], isCached: true },
    }),
  ),
);

const DATASET_ANSWERS = Object.entries(DATASETS).flatMap(([name, says]): Answer[] => [
  { path: `/{handle}/open-data/${name}.csv`, says, types: ["text/csv"], isCached: true },
  { path: `/{handle}/open-data/${name}.json`, says, types: [JSON_TYPE], isCached: true },
]);

const FIGURE_ANSWERS = FIGURES.flatMap((name): Answer[] => {
  const says = `A network in figures: ${FIGURE_SAYS[name]}`;
  return [
    { path: `/{handle}/statistics/${name}.csv`, says, types: ["text/csv"], isCached: true },
    { path: `/{handle}/statistics/${name}.json`, says, types: [JSON_TYPE], isCached: true },
  ];
});

/** Every address, by what it is for. */
export const OPEN_ANSWERS: readonly Answer[] = [
  { path: "/api/list", says: "GDXP hub: who has a price list here", types: [JSON_TYPE], isCached: true },
  {
    path: "/api/get/{vat}",
    says: "GDXP hub: the lists under a VAT number, GDXP 1.0",
    types: [JSON_TYPE],
    isCached: true,
  },
  { path: "/api/openapi.json", says: "This document", types: [JSON_TYPE], isCached: true },
  ...FEED_ANSWERS,
  { path: "/{handle}/offers.ics", says: "When orders close", types: [ICS], isCached: true },
  { path: "/{handle}/calendar.ics", says: "Meetings to come", types: [ICS], isCached: true },
  { path: "/{handle}/events.ics", says: "An actor's own gatherings", types: [ICS], isCached: true },
  { path: "/{handle}/events.atom", says: "An actor's own gatherings", types: ["application/atom+xml"], isCached: true },
  {
    path: "/{handle}/feed.atom",
    says: "What an actor tells everybody",
    types: ["application/atom+xml"],
    isCached: true,
  },
  { path: "/{handle}/feed.json", says: "What an actor tells everybody", types: [FEEDS.json], isCached: true },
  ...DATASET_ANSWERS,
  ...FIGURE_ANSWERS,
  {
    path: "/{handle}/open-data/catalog.jsonld",
    says: "DCAT-AP_IT catalogue of a network",
    types: [LINKED],
    isCached: true,
  },
  {
    ...{ path: "/{handle}/dfc/enterprise", says: "A producer, Data Food Consortium 1.16.0", types: [LINKED] },
    isCached: true,
  },
  {
    ...{ path: "/{handle}/dfc/catalog_items", says: "A producer's list, Data Food Consortium 1.16.0", types: [LINKED] },
    ...{ query: { after: "The last part of the address of the page before, from its `next`" }, isCached: true },
  },
  {
    ...{ path: "/.well-known/webfinger", says: "WebFinger (RFC 7033)", types: ["application/jrd+json"] },
    query: { resource: "acct:handle@host, or the IRI of an actor" },
  },
  { path: "/.well-known/nodeinfo", says: "NodeInfo: where it is", types: [JSON_TYPE] },
  { path: "/nodeinfo/2.0", says: "NodeInfo 2.0", types: [JSON_TYPE] },
  { path: "/nodeinfo/2.1", says: "NodeInfo 2.1", types: [JSON_TYPE] },
  { path: "/.well-known/security.txt", says: "Whom to tell of a weakness (RFC 9116)", types: ["text/plain"] },
  { path: "/livez", says: "The process answers", types: ["text/plain"] },
  { path: "/readyz", says: "The node works", types: ["text/plain"] },
];

const PARAMS: Readonly<Record<string, string>> = {
  handle: "Name of an actor of this node",
  vat: "Italian VAT number, eleven digits",
  token: "Given out by a network of this node",
};

/** The document, for the node at that origin. */
export function writeOpenApi(origin: string): string {
  const paths = Object.fromEntries(OPEN_ANSWERS.map((answer) => [answer.path, { get: writeGet(answer) }]));
  const document = {
    openapi: "3.1.0",
    info: {
      title: "Filiera",
      version: "1",
      summary: "What a node answers to software besides pages and ActivityPub",
      license: { name: "AGPL-3.0-or-later", identifier: "AGPL-3.0-or-later" },
    },
    servers: [{ url: origin }],
    paths: { ...paths, "/api/push/{token}": { post: writePush() } },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function writeGet({ path, says, types, query = {}, isCached = false }: Answer): object {
  const asked = Object.entries(query).map(([name, description]) => ({
    ...{ name, in: "query", description, schema: { type: "string" } },
  }));
  return {
    summary: says,
    parameters: [...pathParams(path), ...asked],
    responses: {
      200: { description: says, content: Object.fromEntries(types.map((type) => [type, {}])) },
      ...(isCached ? { 304: { description: "As the ETag says: unchanged" } } : {}),
      ...(path.includes("{") ? { 404: { description: "Not here, or not shown" } } : {}),
      429: { description: "Asked too often from one address" },
    },
  };
}

function writePush(): object {
  const body = {
    description: "A GDXP file: v1 JSON with its dialects, or v0 XML",
    content: { [JSON_TYPE]: {}, "application/xml": {} },
  };
  return {
    summary: "GDXP hub: sends price lists, each in place of the one the same token sent before for that supplier",
    parameters: pathParams("/api/push/{token}"),
    requestBody: { ...body, required: true },
    responses: {
      200: { description: "Kept, all of it", content: { [JSON_TYPE]: {} } },
      401: { description: "No such token, or no longer" },
      409: { description: "Another program sends this supplier's list, or there are too many" },
      413: { description: "More than 5 MB" },
      422: { description: "Not readable, or a supplier without name, VAT number or price; nothing is kept" },
      429: { description: "More than ten a minute by one token" },
    },
  };
}

function pathParams(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    ...{ name, in: "path", required: true, description: PARAMS[name] ?? name, schema: { type: "string" } },
  }));
}
