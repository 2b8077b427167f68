// Sources that mean harm: what they cost is bounded, what they say of others is ignored and shown, and nobody else waits for them.
import t from "tap";
import { NetworkReader } from "../../../src/network/reading/actions.ts";
import { type EvilPeer, endlessBody, silence, startEvilPeer } from "../../tools/evilPeer.ts";
import { startNodes } from "../../tools/nodes.ts";
import { claim, offer, shown, sourcesOf, takeIn } from "./district.ts";

const IMPLEMENTS = {
  type: "Application",
  implements: [{ href: "https://w3id.org/filiera#profile-1", name: "Filiera 1" }],
};

/** A producer that says everything a real one says, with a catalog of its own making. */
function serveProducer(peer: EvilPeer, handle: string, claims: readonly string[], more: Record<string, unknown> = {}) {
  const id = `${peer.origin}/${handle}`;
  peer.serve(`/${handle}/inbox`, { status: 202 });
  return peer.serveActor(handle, {
    ...{ role: "producer", generator: { ...IMPLEMENTS, id: `${peer.origin}/actor` }, memberOf: claims },
    ...{ discoverable: true, indexable: true, catalog: `${id}/catalog`, ...more },
  });
}

function item(owner: string, n: number | string, origin = owner) {
  return {
    ...{
      type: "Proposal",
      id: `${origin}/p/${n}`,
      attributedTo: owner,
      name: `Mela ${n}`,
      updated: "2026-11-02T08:00:00Z",
    },
    publishes: { type: "Intent", resourceQuantity: { hasUnit: "kilogram", hasNumericalValue: "1" } },
  };
}

const page = (id: string, items: unknown[], next?: string) => ({
  body: { type: "CollectionPage", id, items, ...(next ? { next } : {}) },
});

t.test(
  "B24 sources that lie, loop, drown or keep silent cost their share and no more, and honest ones do not wait",
  async (t) => {
    const { nodes, clock, settle } = await startNodes(t, ["des", "farm"]);
    const des = nodes.des.addActor({ kind: "district", handle: "des", name: "Due Valli", level: "des" });
    const farm = nodes.farm.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto" });
    offer(nodes.farm, farm, "Arance Navel");
    claim(nodes.farm, farm.id, [des.id]);
    const peers = await Promise.all(Array.from({ length: 7 }, startEvilPeer));
    t.teardown(() => Promise.all(peers.map((peer) => peer.close())));
    const [looping, endless, foreign, huge, silent, liar, unlisted] = peers as [EvilPeer, ...EvilPeer[]] as EvilPeer[];

    const catalog = (peer: EvilPeer, handle: string, more: object = {}) => {
      const { id } = serveProducer(peer, handle, [des.id]);
      const iri = `${id}/catalog`;
      peer.serve(`/${handle}/catalog`, {
        body: {
          type: "Collection",
          id: iri,
          attributedTo: id,
          totalItems: 3,
          updated: "2026-11-02T08:00:00Z",
          first: `${iri}/1`,
          ...more,
        },
      });
      return { id, iri };
    };
    // Its second page leads back to the first.
    const a = catalog(looping!, "cerchio", { totalItems: 1_000_000_000 });
    looping!.serve("/cerchio/catalog/1", page(`${a.iri}/1`, [item(a.id, 1)], `${a.iri}/2`));
    looping!.serve("/cerchio/catalog/2", page(`${a.iri}/2`, [item(a.id, 2)], `${a.iri}/1`));
    // Each page has a hundred new items and leads to another.
    const b = catalog(endless!, "valanga");
    endless!.serve(
      "/valanga/catalog/1",
      page(
        `${b.iri}/1`,
        Array.from({ length: 100 }, (_, n) => item(b.id, n)),
        `${b.iri}/more?n=1`,
      ),
    );
    endless!.serve("/valanga/catalog/more", ({ path }) => {
      const n = Number(path.split("=")[1]);
      const items = Array.from({ length: 100 }, (_, m) => item(b.id, `${n}-${m}`));
      return page(`${endless!.origin}${path}`, items, `${b.iri}/more?n=${n + 1}`);
    });
    // Speaks for another origin and for another owner of its own.
    const c = catalog(foreign!, "spia");
    const strangers = [
      item(farm.id, "falsa"),
      item(`${foreign!.origin}/altro`, 9),
      item(c.id, 7, "https://famous.example/x"),
    ];
    foreign!.serve("/spia/catalog/1", page(`${c.iri}/1`, [...strangers, item(c.id, "sua")]));
    // Three hundred megabytes, or as many as one takes.
    const d = catalog(huge!, "balena");
    huge!.serve("/balena/catalog/1", endlessBody());
    // Takes every request and never answers.
    const e = serveProducer(silent!, "muro", [des.id]);
    silent!.serve("/muro/catalog", silence);
    // A network that lists as its members who never joined it: the farm, and a producer that is in none.
    const f = liar!.serveActor("rete", {
      ...{ type: "Group", role: "des", generator: { ...IMPLEMENTS, id: `${liar!.origin}/actor` }, memberOf: [des.id] },
      ...{ discoverable: true, indexable: true, members: `${liar!.origin}/rete/members` },
    });
    liar!.serve("/rete/inbox", { status: 202 });
    const g = serveProducer(unlisted!, "solitario", []);
    liar!.serve("/rete/members", {
      body: { type: "Collection", id: `${f.id}/members`, attributedTo: f.id, items: [farm.id, g.id] },
    });

    for (const id of [a.id, b.id, c.id, d.id, e.id, f.id, farm.id]) takeIn(nodes.des, des.id, id);
    const before = process.memoryUsage().rss;
    const reading = settle();
    // The farm is found while the wall is still silent.
    for (let look = 0; look < 400 && !(await shownAlready()); look++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    async function shownAlready() {
      return (await shown(nodes.des, des.id, { find: "arance" }).catch(() => [])).length > 0;
    }
    t.same(await shown(nodes.des, des.id, { find: "arance" }), ["Arance Navel"]);
    t.equal(sourcesOf(nodes.des, des.id).muro!.lastError, null, "the silent one has not even failed yet");
    await reading;
    t.ok(process.memoryUsage().rss - before < 150 * 1024 * 1024, "nothing was kept that was too long");

    const sources = sourcesOf(nodes.des, des.id);
    t.match(sources.cerchio, { lies: 1, lie: "catalog loop", entries: 3 }, "both pages once, and the loop is told");
    t.match(sources.valanga, { lastError: "day-spent", spent: { items: 2000 } });
    t.ok(sources.valanga!.spent.pages <= 50 && sources.valanga!.entries <= 2001);
    t.match(sources.spia, { lies: 3, entries: 2 });
    t.match(sources.spia!.lie, /id http/);
    t.same(await shown(nodes.des, des.id, { find: "falsa" }), []);
    t.match(sources.balena, { failures: 1, lastError: /too-large/, entries: 1 });
    t.match(sources.muro, { failures: 1, lastError: /timeout/ });
    t.match(sources.solitario, { via: f.id, standing: "one-sided" });
    t.match(sources.agrumeto, { via: des.id, standing: "agreed" });
    t.notOk((await shown(nodes.des, des.id)).includes("solitario"));

    await t.test("the next day goes on where the first one ended, up to a source's share of the disk", async (t) => {
      silent!.serve("/muro/catalog", { status: 404 });
      for (let day = 0; day < 4; day++) {
        clock.advance({ hours: 25 });
        await nodes.des.node.runDue();
      }
      const { entries, lastError } = sourcesOf(nodes.des, des.id).valanga!;
      t.ok(entries > 4000 && entries <= 6000, `${entries} entries`);
      t.match(lastError, /too-many-items|day-spent/);
    });
  },
);

t.test("a reader of a node without networks opens no index", async (t) => {
  const { nodes } = await startNodes(t, ["farm"]);
  const openIndex = () => Promise.reject(new Error("opened"));
  const { wire } = nodes.farm.node;
  const parts = {
    wire,
    openIndex,
    membersOf: () => [],
    readOwn: () => null,
    tellFailure: (error: unknown) => void t.fail(String(error)),
  };
  const reader = new NetworkReader(parts);
  await reader.readDue();
  reader.wake(true);
  await reader.stop();
  t.pass("nothing was opened");
});
