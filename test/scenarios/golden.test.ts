// The files of test/golden against what a node says and hears: nothing is sent whose JSON nobody has kept, and every kind of
// activity that does something here is read from a file as somebody sends it. FEP-67ff, PROTOCOL 6 and 7.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import t from "tap";
import { readType } from "../../src/activitypub/activityShape.ts";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { writeActor } from "../../src/activitypub/document.ts";
import { isJsonObject, type JsonObject } from "../../src/activitypub/json.ts";
import { pickProfile } from "../../src/activitypub/profile.ts";
import { listInboxRules } from "../../src/nodeRooms.ts";
import { writeProfileUpdate } from "../../src/partners/profileActions.ts";
import { SERVERS, writeReport } from "../fixtures/serverMessages.ts";
import { findUnread, listGoldenActivities, sortOf } from "../tools/goldenShapes.ts";
import { startNodes } from "../tools/nodes.ts";

const FARM = "https://p.example/p";

/** Every activity of the fixtures: of our own nodes, and of other software as captured or as its documentation has it. */
function listFixtures(): JsonObject[] {
  const captures = new URL("../fixtures/captures/", import.meta.url);
  const captured = readdirSync(captures)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(new URL(name, captures), "utf8")) as JsonObject);
  const parties = { actor: "https://m.example/users/m", us: FARM, follow: `${FARM}/activities/1` };
  const written = Object.values(SERVERS).flatMap((messages) => Object.values(messages(parties)));
  const report = writeReport("https://m.example", [FARM, `${FARM}/posts/1`]);
  return [...listGoldenActivities().map(({ json }) => json), ...captured, ...written, report];
}

t.test("every kind of activity that does something here has a file as somebody sends it", async (t) => {
  const { nodes } = await startNodes(t, ["one"]);
  const fixtures = listFixtures().map((json) => ({
    type: readType(json),
    objectType: isJsonObject(json.object) ? readType(json.object) : null,
    channel: pickProfile(json, () => true) === "strict" ? "order" : "social",
  }));
  const rules = listInboxRules(nodes.one.node.wire, {
    wakeOffers: () => {},
    wakeMirrors: () => {},
    wakeNetworks: () => {},
  });
  t.ok(rules.length > 10, "rules are listed");
  for (const { channel, types, objectTypes } of rules)
    for (const type of types) {
      const isHeard = fixtures.some(
        (one) =>
          one.type === type &&
          (channel === "social" || one.channel === "order") &&
          (objectTypes === undefined || objectTypes.includes(one.objectType)),
      );
      t.ok(
        isHeard,
        `${type} of ${objectTypes?.map((name) => name ?? "an address").join(" or ") ?? "anything"} (${channel})`,
      );
    }
});

t.test(
  "an activity of a new sort, or with a new member, is found out wherever a node of a test has written it",
  async (t) => {
    const golden = listGoldenActivities();
    for (const { name, json } of golden) t.same(findUnread([json]), [], name);
    const offer = golden.find(({ json }) => sortOf(json) === "Offer of Agreement")!.json;
    t.same(findUnread([{ ...offer, type: "Invite" }]), ["Invite of Agreement"]);
    const object = { ...(offer.object as JsonObject), discount: "5.00" };
    t.same(findUnread([{ ...offer, object }]), ["Offer of Agreement: object/discount"]);
  },
);

t.test("an actor that describes itself anew says what others have learnt to read", async (t) => {
  const actor: LocalActor = {
    ...{
      id: FARM,
      handle: "p",
      kind: "producer" as const,
      level: null,
      memberOf: [],
      name: "Azienda Agricola P",
      summary: "Agrumi.",
      place: "Fano",
    },
    ...{ contact: "ordini@p.example", icon: null, approvesFollowers: false, discoverable: true, indexable: true },
    ...{
      createdAt: 0,
      updatedAt: Date.UTC(2026, 10, 2, 8),
      retiredAt: null,
      goneAt: null,
      movedTo: null,
      alsoKnownAs: null,
      joining: "open",
      vatNumber: "01234567897",
      website: "https://www.p.example/chi-siamo",
      websiteProvenAt: null,
      showsStatistics: true,
      showsPrices: false,
      keptBy: "https://g.example/g",
      keeps: ["https://m.example/m"],
      keepsNot: ["https://n.example/n"],
    },
  };
  const keys = {
    rsa: { id: `${FARM}#main-key`, pem: "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n" },
    ed25519: [{ id: `${FARM}#ed25519-1`, multibase: "z6Mko9hTggMwjSTEaJaPUfE6tqcy2xvU6BnNq3e3o8qVBiyH" }],
  };
  const activity = writeProfileUpdate(`${FARM}/activities/1`, actor, writeActor(actor, keys), actor.updatedAt);
  const json = JSON.parse(JSON.stringify({ ...activity, "@context": "ACTOR" }));
  const file = new URL("../golden/profile-update.json", import.meta.url);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`);
  t.ok(existsSync(file), "it has its file");
  t.same(json, JSON.parse(readFileSync(file, "utf8")));
});
