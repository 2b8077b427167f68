// The index of a network made anew from the command line, out of sources that answer, answer slowly, or are away.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import t from "tap";
import type { Desk } from "../../src/cli/desk.ts";
import { addNetworkVerbs } from "../../src/cli/networkVerbs.ts";
import { readConfig } from "../../src/config.ts";
import { openSqliteIndex } from "../../src/network/index/sqliteStore.ts";
import { makeActor, openNodeWire } from "../../src/node.ts";
import { openNodeData } from "../../src/nodeData.ts";
import { words } from "../../src/web/words.ts";
import { takeIn } from "../network/reading/district.ts";
import { sure } from "../sales/cycles.ts";
import { startEvilPeer } from "../tools/evilPeer.ts";

const peer = await startEvilPeer();
const folder = join(t.testdir({ data: {} }), "data");
const flags = ["--origin", "http://127.0.0.1:8000", "--allow-private"];
const { config } = readConfig(flags, { FILIERA_DATA: folder, FILIERA_LANGUAGE: "en" });
const clock = { now: Date.now };
const db = openNodeData(config, clock);
t.teardown(async () => {
  await peer.close();
  db.raw.close();
});
const des = sure(makeActor(db.orm, { kind: "district", handle: "des", name: "DES", place: "Fano" }, config, clock));

/** A farm of the district that sells two things. `delayMs`: how long its list takes. */
function serveFarm(handle: string, delayMs: number): string {
  const id = `${peer.origin}/${handle}`;
  const generator = {
    ...{ type: "Application", id: `${peer.origin}/actor` },
    implements: [{ href: "https://w3id.org/filiera#profile-1", name: "Filiera 1" }],
  };
  const says = { role: "producer", memberOf: [des.id], discoverable: true, indexable: true, catalog: `${id}/catalog` };
  peer.serveActor(handle, { ...says, generator });
  const iri = `${id}/catalog`;
  const updated = "2026-11-02T08:00:00Z";
  const offers = ["farina", "pane"].map((name) => ({
    ...{ type: "Proposal", id: `${id}/p/${name}`, attributedTo: id, name: `${name} di ${handle}`, updated },
    publishes: { type: "Intent", resourceQuantity: { hasUnit: "kilogram", hasNumericalValue: "1" } },
  }));
  const head = { type: "Collection", id: iri, attributedTo: id, totalItems: 2, updated };
  peer.serve(`/${handle}/catalog`, { delayMs, body: { ...head, first: `${iri}/1` } });
  peer.serve(`/${handle}/catalog/1`, { body: { type: "CollectionPage", id: `${iri}/1`, items: offers } });
  return id;
}

async function rebuild(): Promise<string[]> {
  const told: string[] = [];
  const desk: Desk = { config, say: words("en"), tell: (text) => void told.push(text), db: () => db };
  const program = new Command("filiera").exitOverride();
  addNetworkVerbs(program, desk);
  try {
    await program.parseAsync(["network", "rebuild"], { from: "user" });
    return told;
  } catch (error) {
    return [...told, `NO ${(error as Error).message}`];
  }
}

/** Names of what the district shows, straight out of the file. */
async function shown(): Promise<string[]> {
  const index = openSqliteIndex(join(folder, "index.sqlite"));
  const found = await index.search({ groupId: des.id, now: clock.now(), kinds: ["product", "producer"], limit: 100 });
  await index.close();
  return found.entries.map(({ name }) => name).sort();
}

t.test("a lost index is made anew of what the sources show, saying how far it is and who is away", async (t) => {
  const home = { node: { wire: { clock }, db } } as unknown as Parameters<typeof takeIn>[0];
  for (const id of [serveFarm("mulino", 0), serveFarm("forno", 0), `${peer.origin}/nessuno`]) takeIn(home, des.id, id);
  // The network looks at them for the first time.
  const { reader, close } = openNodeWire(config, db, clock);
  await reader.readDue();
  await close();
  const all = ["farina di forno", "farina di mulino", "forno", "mulino", "pane di forno", "pane di mulino"];
  t.same(await shown(), all);
  for (const end of ["", "-wal", "-shm"]) rmSync(join(folder, `index.sqlite${end}`), { force: true });
  serveFarm("forno", 2200);
  const told = await rebuild();
  t.same(await shown(), all);
  t.match(told[0], /sources of 3, 4 entries/, "while the slow one is waited for");
  t.match(told.at(-2), /3 sources, 6 entries/);
  t.match(told.at(-1), /1 /, "one is away: usual in a network, and said");
  t.notMatch(told.join(), /NO /);
});

t.test("where nobody answers that is said, and ends with a status", async (t) => {
  for (const handle of ["mulino", "forno"]) peer.serve(`/${handle}`, { status: 503 });
  t.match((await rebuild()).at(-1), /^NO .*3/);
  t.same(await shown(), []);
});
