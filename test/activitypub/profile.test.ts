import t from "tap";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { pickProfile } from "../../src/activitypub/profile.ts";
import { ACCEPT, OFFER } from "../fixtures/orderSamples.ts";

const VF = "https://w3id.org/valueflows/ont/vf#";
const known = (iri: string) => iri === "https://g.example/a/302";
const profileOf = (activity: JsonObject, isOrderObject = (_iri: string) => false) =>
  pickProfile(activity, isOrderObject);

t.test("orders, answers, pacts and delivery notes are strict, in whatever spelling", async (t) => {
  const strict: JsonObject[] = [
    OFFER,
    ACCEPT,
    { type: "Update", object: { type: "Agreement" } },
    { type: "Create", object: { type: "Document" } },
    { type: "Offer", object: { type: "Relationship" } },
    { type: "Update", object: { type: `${VF}Agreement` } },
    { type: "Update", object: { "@type": "vf:Agreement" } },
    { type: ["Like", "Update"], object: [{ type: "Note" }, { type: ["Note", "Agreement"] }] },
    { type: "as:Update", "as:object": { type: "Agreement" } },
    { type: "Undo", object: { type: "Offer", object: { type: "Relationship" } } },
    { type: "Undo", object: { type: "Accept", object: { type: "Offer" } } },
    { type: "Accept", object: "https://p.example/x", result: { type: "Agreement" } },
    { type: "TentativeReject", object: "https://p.example/note/1" },
    { type: "TentativeAccept", object: "https://p.example/x" },
    { type: "Reject", object: "https://p.example/x", reasonCode: "closed" },
    { type: "Update", object: "https://g.example/g", keys: [] },
  ];
  for (const activity of strict) t.equal(profileOf(activity), "strict", JSON.stringify(activity).slice(0, 120));
});

t.test("what people say to each other is lenient", async (t) => {
  const lenient: JsonObject[] = [
    { type: "Follow", object: "https://g.example/g" },
    { type: "Accept", object: { type: "Follow", actor: "https://g.example/g" } },
    { type: "Undo", object: { type: "Like", object: "https://g.example/a/302" } },
    { type: "Create", object: { type: "Note", attachment: [{ type: "Document" }] } },
    { type: "Update", object: { type: "Collection" } },
    { type: "Announce", object: { type: "Agreement" } },
    { type: "Delete", object: "https://g.example/a/302" },
    { type: "Offer" },
    {},
    { type: 7 },
  ];
  for (const activity of lenient) t.equal(profileOf(activity, known), "lenient", JSON.stringify(activity));
});

t.test("a bare IRI is looked up once, alone or embedded, and never for a whole list", async (t) => {
  for (const object of ["https://g.example/a/302", ["https://g.example/a/302"], { id: "https://g.example/a/302" }]) {
    t.equal(profileOf({ type: "Undo", object }, known), "strict");
    t.equal(profileOf({ type: "Undo", object }), "lenient");
  }
  let lookUps = 0;
  const counting = (_iri: string) => {
    lookUps++;
    return false;
  };
  const many = Array.from({ length: 1_000 }, (_, i) => ({ type: "Undo", object: `https://e.test/${i}` }));
  profileOf({ type: "Undo", object: [...many, ...many.map(({ object }) => object)] }, counting);
  t.equal(lookUps, 0);
});
