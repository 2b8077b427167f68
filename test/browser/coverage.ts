// Which pages of the node the browser walks, and which addresses are none: a new page that nobody walks fails the build.
import type { RouteLine } from "../../src/web/policy.ts";
import { PAGES, type Visit } from "./table.ts";
import type { Town } from "./town.ts";

/** Addresses that say by their end that they are files or data. */
const FILE = /\.(?:csv|pdf|js|css|svg|png|ics|atom|rss|json|jsonld|txt|xml)$/;

/** Addresses that answer something else than a page of their own, or whose page is walked elsewhere, each with what holds. */
const EXCUSED: Readonly<Record<string, string>> = {
  "/.well-known/webfinger": "data for other nodes",
  "/.well-known/nodeinfo": "data for other nodes",
  "/nodeinfo/2.0": "data for other nodes",
  "/nodeinfo/2.1": "data for other nodes",
  "/:handle/followers": "data for other nodes",
  "/:handle/following": "data for other nodes",
  "/:handle/outbox": "data for other nodes",
  "/:handle/activities/:id": "data for other nodes",
  "/:handle/threads": "data for the two of a contract",
  "/:handle/threads/:id": "data for the two of a contract",
  "/:handle/pacts/:id": "data for the two of a pact",
  "/:handle/cycles/:id/lines": "data for other nodes",
  "/:handle/cycles/:id/:number": "data for other nodes",
  "/:handle/posts/:id": "data for other nodes; a person is sent on to the cycle",
  "/:handle/charter": "sends on to the version in force, which is walked",
  "/sign-in/passkey": "walked in visits.test.ts: browsers keep passkeys for names, and this node has a number",
  "/api/list": "data for programs that read price lists",
  "/api/get/:vat": "data for programs that read price lists",
  "/:handle/dfc/enterprise": "data for other programs",
  "/:handle/dfc/catalog_items": "data for other programs",
  "/:handle/events/:id/materials/:material": "a PDF to download",
  "/unsent/:id": "the page of a form, which is walked, with what its person had written: test/web/unsent.test.ts",
  "/livez": "a word for a watcher",
  "/readyz": "a word for a watcher",
  "/media/:name": "a picture or a scanned paper",
  "/calendar/:token": "a calendar file",
  "/account/learning/:file": "a certificate to print",
  "/desk/:handle/catalog/export": "a list to download",
  "/desk/:handle/contract/file": "a contract to download",
  "/desk/:handle/orders/:id/book/live": "a part of a page that is walked",
  "/desk/:handle/orders/:id/delivery/live": "a part of a page that is walked",
  "/desk/:handle/orders/:id/delivery/household/:place/live": "a part of a page that is walked",
  "/desk/:handle/orders/:id/delivery/line/:place/live": "a part of a page that is walked",
};

/** The pattern of the route that answers GET at this path, as the router chooses: what is written out before what stands for anything. */
function routeOf(matrix: readonly RouteLine[], path: string): string | undefined {
  const parts = path.split("/");
  const fits = ({ method, url }: RouteLine) => {
    const pattern = url.split("/");
    return (
      method === "GET" &&
      pattern.length === parts.length &&
      pattern.every((part, i) => (part.startsWith(":") ? parts[i] !== "" : part === parts[i]))
    );
  };
  // A colon sorts behind no letter that addresses have, once it is made the last of signs.
  const rank = (url: string) => url.replaceAll(":", "\u{ffff}");
  return matrix
    .filter(fits)
    .map(({ url }) => url)
    .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0];
}

/** The page a visit ends at: named where something is done there, else that of its address. */
export async function pageOf(visit: Visit, town: Town): Promise<string | undefined> {
  if (visit.leadsTo) return visit.leadsTo;
  return pageAt(await visit.url(town), town);
}

/** The page of the town that has this address. */
export function pageAt(url: string, { lived }: Town): string | undefined {
  return routeOf(lived.node.app.routeMatrix, decodeURI(new URL(url).pathname));
}

/**
 * What the table and the node do not agree in, as sentences: pages nobody walks, and what is excused here and need not be.
 */
export async function findUnwalked(town: Town): Promise<string[]> {
  const pages = town.lived.node.app.routeMatrix.filter(({ method, url }) => method === "GET" && !FILE.test(url));
  const urls = new Set(pages.map(({ url }) => url));
  const walked = new Set<string | undefined>();
  for (const visit of PAGES) walked.add(await pageOf(visit, town));
  return [
    ...[...urls].filter((url) => !walked.has(url) && !EXCUSED[url]).map((url) => `${url} is in no walk`),
    ...Object.keys(EXCUSED).flatMap((url) => (urls.has(url) ? [] : [`${url} is excused and does not exist`])),
    ...Object.keys(EXCUSED).flatMap((url) => (walked.has(url) ? [`${url} is excused and walked`] : [])),
  ];
}
