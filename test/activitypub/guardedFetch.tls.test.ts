// The outbound client against servers whose certificates are wrong in every way, and against a good one.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { rootCertificates, type SecureVersion, setDefaultCACertificates, type TlsOptions } from "node:tls";
import t from "tap";
import { type Answer, createFetcher, type NoAnswer } from "../../src/activitypub/guardedFetch.ts";

const read = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));

/** One POST to a server with this certificate; `hits` counts the requests that got through. */
async function post(options: TlsOptions): Promise<{ answer: Answer | NoAnswer; hits: number }> {
  let hits = 0;
  const server = createServer({ key: read("key"), ...options }, (_request, response) => {
    hits++;
    response.writeHead(202).end();
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const fetcher = createFetcher({ allowPrivate: true, userAgent: "Filiera/test" });
  const url = `https://localhost:${(server.address() as AddressInfo).port}/inbox`;
  const answer = await fetcher.post(url, Buffer.from("{}"), { headers: {} });
  await fetcher.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { answer, hits };
}

t.test(
  "A29 a delivery goes only to whom a trusted certificate names, and says what is wrong with others",
  async (t) => {
    setDefaultCACertificates([...rootCertificates, read("authority").toString()]);
    t.match(await post({ cert: read("good") }), { answer: { ok: true, status: 202 }, hits: 1 });
    const old: SecureVersion = "TLSv1.1";
    const ancient: TlsOptions = {
      cert: read("good"),
      minVersion: "TLSv1",
      maxVersion: old,
      ciphers: "ALL:@SECLEVEL=0",
    };
    for (const [options, detail] of [
      [{ cert: read("expired") }, "CERT_HAS_EXPIRED"],
      [{ cert: read("other-host") }, "ERR_TLS_CERT_ALTNAME_INVALID"],
      [ancient, /^ERR_SSL/],
    ] as const) {
      t.match(await post(options), { answer: { ok: false, failure: "tls", detail }, hits: 0 });
    }
    setDefaultCACertificates([...rootCertificates]);
    t.match(
      await post({ cert: read("good") }),
      { answer: { ok: false, failure: "tls" }, hits: 0 },
      "an unknown authority",
    );
  },
);
