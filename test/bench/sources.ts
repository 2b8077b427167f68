// Many farms in a process of their own, each on a port of its own as on a host of its own: what a network reads when it is measured.
import { fork } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { signPosts } from "./signedPosts.ts";

export type Sources = {
  readonly ids: readonly string[];
  /** Each farm says that its catalog changed: whole signed requests for this inbox, made before the clock starts. */
  readonly signDigests: (origin: string, sequence: number) => Promise<readonly Buffer[]>;
  readonly close: () => void;
};

type Asked = { readonly origin: string; readonly sequence: number };

const UPDATED = "2026-11-02T08:00:00Z";

/** Starts them: each offers so many products and is a member of the network. */
export function startSources(count: number, products: number, network: string): Promise<Sources> {
  const child = fork(new URL(import.meta.url), ["--sources", String(count), String(products), network]);
  const answer = <T>() => new Promise<T>((resolve) => child.once("message", (message) => resolve(message as T)));
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the farms broke (exit ${code})`)));
    void answer<string[]>().then((ids) =>
      resolve({
        ids,
        signDigests: async (origin, sequence) => {
          child.send({ origin, sequence } satisfies Asked);
          return (await answer<string[]>()).map((text) => Buffer.from(text, "base64"));
        },
        close: () => child.kill("SIGKILL"),
      }),
    );
  });
}

async function serveSources(count: number, products: number, network: string): Promise<void> {
  // One key for all: making three hundred would take longer than what is measured.
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }) as string;
  const ids = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer((request, response) => answerAs(id, request, response));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const id = `http://127.0.0.1:${(server.address() as AddressInfo).port}/p`;
      return id;
    }),
  );
  const answerAs = (id: string, request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    if (request.method === "POST") return response.writeHead(202).end();
    const body = writeAnswer(id, request.url ?? "", { publicKeyPem, products, network });
    response.writeHead(200, { "content-type": "application/activity+json" }).end(JSON.stringify(body));
  };
  process.on("message", async ({ origin, sequence }: Asked) => {
    const posts = await Promise.all(
      ids.map((id) => {
        const body = Buffer.from(JSON.stringify(writeDigest(id, sequence)));
        return signPosts([body], { origin, path: "/inbox", keyId: `${id}#main-key`, privateKey });
      }),
    );
    process.send?.(posts.flat().map((post) => post.toString("base64")));
  });
  process.send?.(ids);
}

function writeAnswer(
  id: string,
  path: string,
  farm: { publicKeyPem: string; products: number; network: string },
): object {
  if (path === "/p") return writeActor(id, farm.publicKeyPem, farm.network);
  const url = new URL(path, id);
  const collection = { type: "Collection", id: url.href, attributedTo: id };
  if (path === "/p/cycles") return { ...collection, totalItems: 0, items: [] };
  const items = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => writeProduct(id, from + n));
  if (url.searchParams.has("updatedAfter")) return { ...collection, updated: UPDATED, items: items(0, 1) };
  const page = Number(url.searchParams.get("page") ?? 0);
  if (page === 0) return { ...collection, updated: UPDATED, totalItems: farm.products, first: `${id}/catalog?page=1` };
  const end = Math.min(farm.products, page * 50);
  const next = end < farm.products ? { next: `${id}/catalog?page=${page + 1}` } : {};
  return { type: "CollectionPage", id: url.href, partOf: `${id}/catalog`, items: items((page - 1) * 50, end), ...next };
}

function writeActor(id: string, publicKeyPem: string, network: string): object {
  const { origin } = new URL(id);
  const implemented = [{ href: "https://w3id.org/filiera#profile-1", name: "Filiera 1" }];
  return {
    ...{ "@context": "https://www.w3.org/ns/activitystreams", type: "Organization", id, preferredUsername: "p" },
    ...{ name: `Azienda ${origin}`, role: "producer", inbox: `${id}/inbox`, outbox: `${id}/outbox` },
    ...{ followers: `${id}/followers`, catalog: `${id}/catalog`, cycles: `${id}/cycles`, memberOf: [network] },
    ...{ discoverable: true, indexable: true, publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem } },
    generator: { type: "Application", id: `${origin}/actor`, implements: implemented },
  };
}

function writeProduct(id: string, n: number): object {
  const resourceQuantity = { hasUnit: "kilogram", hasNumericalValue: "1" };
  return {
    ...{ type: "Proposal", id: `${id}/catalog/${n}`, attributedTo: id, purpose: "offer", unitBased: true },
    ...{
      name: `Farina di grano tenero numero ${n}`,
      content: "Macinata a pietra ogni due settimane",
      updated: UPDATED,
    },
    publishes: { type: "Intent", id: `${id}/catalog/${n}#primary`, action: "transfer", resourceQuantity },
  };
}

function writeDigest(id: string, sequence: number): object {
  const object = { type: "Collection", id: `${id}/catalog`, attributedTo: id, updated: UPDATED, sequence };
  const head = { "@context": "https://www.w3.org/ns/activitystreams", type: "Update", id: `${id}/updates/${sequence}` };
  return { ...head, actor: id, to: [`${id}/followers`], object };
}

const [flag, count, products, network] = process.argv.slice(2);
if (flag === "--sources") await serveSources(Number(count), Number(products), network!);
