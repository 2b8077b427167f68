// Pictures and catalogs at addresses of strangers: what is fetched of them, and what never leaves or comes in.
import t from "tap";
import { fetchPicture } from "../../src/activitypub/fetchPicture.ts";
import { createFetcher } from "../../src/activitypub/guardedFetch.ts";
import { bomb, endlessBody, redirectTo, startEvilPeer } from "../tools/evilPeer.ts";

type Teardown = { teardown(work: () => unknown): void };

function fetcherFor(t: Teardown, allowPrivate: boolean) {
  const fetcher = createFetcher({ allowPrivate, userAgent: "Filiera/test" });
  t.teardown(() => fetcher.close());
  return fetcher;
}

t.test("C57 B26 a product's picture at an address of this machine or its network is asked for by nobody", async (t) => {
  const peer = await startEvilPeer();
  t.teardown(() => peer.close());
  const { port } = new URL(peer.serve("/1.jpg", { body: "x", headers: { "content-type": "image/jpeg" } }));
  const fetcher = fetcherFor(t, false);
  const hosts = [
    "127.0.0.1",
    "127.1",
    "0x7f000001",
    "2130706433",
    "0.0.0.0",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "localhost.",
  ];
  const others = ["169.254.169.254", "10.0.0.1", "192.168.1.1", "[fd00::1]", "foo.localhost"];
  const urls = [...hosts, ...others].flatMap((host) => [
    `https://${host}:${port}/1.jpg`,
    `http://${host}:${port}/1.jpg`,
  ]);
  for (const url of [...urls, "file:///etc/passwd", "data:image/png;base64,AA==", "gopher://x.example/1"])
    t.match(await fetchPicture(fetcher, url), { failed: "unreachable", detail: /^(private-address|url)/ }, url);
  t.equal(peer.connections(), 0, "no packet");
});

t.test("C57 B23 a picture without end, packed, elsewhere, or no picture at all is given up", async (t) => {
  const peer = await startEvilPeer();
  const other = await startEvilPeer();
  t.teardown(() => Promise.all([peer.close(), other.close()]));
  const fetcher = fetcherFor(t, true);
  const elsewhere = other.serve("/a.jpg", { body: "x", headers: { "content-type": "image/jpeg" } });
  const cases: [string, string, object][] = [
    [
      "without end",
      peer.serve("/endless.jpg", endlessBody("image/jpeg")),
      { failed: "unreachable", detail: /too-large/ },
    ],
    ["a bomb", peer.serve("/bomb.jpg", bomb("gzip", 4_000_000)), { failed: "unreachable", detail: /encoding/ }],
    ["elsewhere", peer.serve("/away.jpg", redirectTo(elsewhere)), { failed: "refused" }],
    [
      "a page",
      peer.serve("/page.jpg", { body: "<script>", headers: { "content-type": "text/html" } }),
      { failed: "refused" },
    ],
    [
      "a drawing with script",
      peer.serve("/x.svg", { body: "<svg/>", headers: { "content-type": "image/svg+xml" } }),
      { failed: "refused" },
    ],
    ["not there", peer.serve("/gone.jpg", { status: 410, body: "" }), { failed: "gone" }],
  ];
  for (const [name, url, outcome] of cases) t.match(await fetchPicture(fetcher, url), outcome, name);
});
