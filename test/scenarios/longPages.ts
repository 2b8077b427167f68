// A web server in a process of its own that may use so much memory and no more: one page, as long as an order of 300 products.
import { type ChildProcess, fork } from "node:child_process";
import type { AddressInfo } from "node:net";
import type { Test } from "tap";
import { html } from "../../src/web/html.ts";
import { sendPage } from "../../src/web/page.ts";
import { buildHouse } from "../web/house.ts";

const ROWS = 300;

/** Starts it with a heap of so many megabytes; the page is at /long. */
export function startLongPages(
  heapMegabytes: number,
): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const execArgv = ["--max-semi-space-size=2", `--max-old-space-size=${heapMegabytes}`];
  const child = fork(new URL(import.meta.url), ["--serve"], { execArgv });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the server broke (exit ${code})`)));
    child.once("message", (port) => resolve({ port: Number(port), child }));
  });
}

async function serve(): Promise<number> {
  // All are answered, however long it takes: what they cost together is what is asked.
  const often = { busyAfterMs: 0, requestsPerMinute: 1e6 };
  // Its end is the end of the process.
  const t = { teardown: () => {} } as unknown as Test;
  const { app } = await buildHouse(t, often, (web) => {
    web.get("/long", { config: { policy: { public: true } } }, (request, reply) => {
      const rows = Array.from({ length: ROWS }, (_, n) => html`<li>${`Prodotto ${n}, 2,50 € / kg. `.repeat(40)}</li>`);
      return sendPage(request, reply, { title: "Ordine", body: html`<ul>${rows}</ul>` });
    });
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  process.once("disconnect", () => process.exit());
  return (app.server.address() as AddressInfo).port;
}

if (process.argv[2] === "--serve") process.send?.(await serve());
