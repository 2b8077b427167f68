// Whose a VAT number is, when more than one producer says it: who was first, who gives up, and what a coordinator has decided.
import t, { type Test } from "tap";
import { createActor } from "../../../src/activitypub/actors.ts";
import { transact } from "../../../src/db/transact.ts";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import { assignVat } from "../../../src/network/hub/claimActions.ts";
import { listClaims, listDisputes, listProducers, noteClaims } from "../../../src/network/hub/claimStore.ts";
import { newSource, type Source } from "../../../src/network/reading/source.ts";
import { markReach, saveReach, saveSource } from "../../../src/network/reading/store.ts";
import { openMigrated } from "../../tools/migrated.ts";

const NOW = Date.UTC(2026, 10, 20);
const DAY = 86_400_000;
const VAT = "01234567897";
const [MILL, FARM, FRAUD] = [
  "https://m.example/mulino",
  "https://f.example/podere",
  "https://x.example/falso",
] as const;
const SHOWN = { kind: "producer", isDiscoverable: true, isIndexable: true, okAt: NOW } as const;

/** Two networks; the mill is in the first of them since longer than the farm. */
function openValley(t: Test) {
  const db = openMigrated();
  t.teardown(() => db.raw.close());
  const makeNetwork = (handle: string) =>
    transact(db, (tx) => {
      const setting = { origin: "https://d.example", secret: Buffer.alloc(32), now: NOW, reserved: new Set<string>() };
      const made = createActor(tx, { kind: "district", handle, name: handle }, setting);
      if (isRefusal(made)) throw new Error(made.refused);
      return made.id;
    });
  const [valley, coast] = [makeNetwork("valle"), makeNetwork("costa")] as const;
  const say = (uri: string, vat: string | null, change: Partial<Source> = {}) =>
    transact(db, (tx) => {
      saveSource(tx, { ...newSource(uri, NOW), ...SHOWN, vat, ...change });
      noteClaims(tx, NOW);
    });
  const reach = (network: string, uri: string, since: number, standing: "agreed" | "one-sided" = "agreed") =>
    saveReach(db.orm, network, { uri, via: network, depth: 1, standing }, since);
  const known = [
    [FARM, NOW - DAY],
    [MILL, NOW - 9 * DAY],
    [FRAUD, NOW],
  ] as const;
  for (const [uri, since] of known) {
    saveSource(db.orm, newSource(uri, NOW));
    reach(valley, uri, since);
  }
  const standings = () => Object.fromEntries(listClaims(db.orm, VAT).map((one) => [one.subject, one.standing]));
  const shown = () => listProducers(db.orm, [valley, coast], VAT).map(({ uri }) => uri);
  const assign = (actorId: string, subject: string) =>
    assignVat({ db, clock: { now: () => NOW } }, { actorId, vat: VAT, subject, byId: "p1" });
  return { db, valley, coast, say, reach, standings, shown, assign };
}

t.test("who says a number first holds it, and who is known longest where two are read at once", async (t) => {
  const { db, valley, say, standings, shown } = openValley(t);
  for (const uri of [FARM, MILL]) saveSource(db.orm, { ...newSource(uri, NOW), ...SHOWN, vat: VAT });
  noteClaims(db.orm, NOW);
  say(FRAUD, VAT);
  t.same(standings(), { [MILL]: "holds", [FARM]: "claims", [FRAUD]: "claims" });
  t.same(shown(), [MILL]);
  t.equal(listDisputes(db.orm, valley).get(VAT)?.length, 3);
});

t.test(
  "a number is free once its holder says another or none, or is no more; not while it is paused or away",
  async (t) => {
    const { db, valley, say, standings, shown } = openValley(t);
    say(MILL, VAT);
    say(FARM, VAT);
    markReach(db.orm, { actorId: valley, sourceUri: MILL }, { isPaused: true });
    noteClaims(db.orm, NOW);
    t.same(shown(), [], "its list is not shown, and nobody else's in its place");
    say(MILL, null, { kind: null });
    t.same(standings(), { [MILL]: "holds", [FARM]: "claims" }, "known anew and not read yet");
    say(MILL, null);
    t.same(standings(), { [FARM]: "holds" });
    say(FARM, VAT, { isGone: true });
    t.same(standings(), {});
  },
);

t.test("who is no member of both sides' word, or not to be found, says no number here", async (t) => {
  const { valley, say, reach, standings } = openValley(t);
  reach(valley, FRAUD, NOW, "one-sided");
  say(FRAUD, VAT);
  say(FARM, VAT, { isIndexable: false });
  t.same(standings(), {});
});

t.test("what a coordinator refused stays refused, also after it was not said for a while", async (t) => {
  const { db, valley, say, standings, shown, assign } = openValley(t);
  say(FRAUD, VAT);
  say(MILL, VAT);
  t.same(assign(valley, MILL), { assigned: true });
  t.same(standings(), { [FRAUD]: "refused", [MILL]: "holds" });
  say(FRAUD, null);
  t.equal(listDisputes(db.orm, valley).size, 0, "nothing is left to decide");
  say(MILL, null);
  say(FRAUD, VAT);
  t.same(standings(), { [FRAUD]: "refused" });
  t.same(shown(), []);
  t.equal(listDisputes(db.orm, valley).size, 1, "and can be decided anew");
});

t.test("a network decides on its own: not on strangers, nor against what only another network shows", async (t) => {
  const { db, valley, coast, say, reach, shown, assign } = openValley(t);
  say(MILL, VAT);
  saveSource(db.orm, newSource("https://y.example/altro", NOW));
  reach(coast, "https://y.example/altro", NOW);
  say("https://y.example/altro", VAT);
  t.match(assign(coast, MILL), { refused: "not-found" });
  t.match(assign(valley, FARM), { refused: "not-found" }, "who does not say it");
  t.match(assign(coast, "https://y.example/altro"), { refused: "vat-held-elsewhere" });
  t.same(shown(), [MILL]);
  t.equal(listDisputes(db.orm, coast).size, 1);
});
