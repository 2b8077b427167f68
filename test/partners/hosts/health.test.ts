// How it goes with a partner's node, in one word.
import t from "tap";
import { type HostFacts, healthOf, troubleOf, troubleWith } from "../../../src/partners/hosts/health.ts";

const WELL: HostFacts = {
  host: "nodo.example",
  lastHeardAt: 1,
  lastDeliveredAt: 1,
  failingSince: null,
  lastError: null,
  waiting: 0,
  toVerify: 0,
  nextAt: null,
  isOfOtherVersion: false,
  pausedAt: null,
};

t.test("the worst is said of a node, and of what went wrong its kind", async (t) => {
  t.equal(healthOf(WELL), "well");
  t.equal(healthOf({ ...WELL, lastHeardAt: null, lastDeliveredAt: null }), "unheard");
  t.equal(healthOf({ ...WELL, waiting: 1 }), "waiting");
  t.equal(healthOf({ ...WELL, waiting: 1, failingSince: 1, lastError: "timeout: 10 s" }), "silent");
  t.equal(healthOf({ ...WELL, toVerify: 1, failingSince: 1 }), "to-verify");
  t.equal(healthOf({ ...WELL, toVerify: 1, pausedAt: 1 }), "paused");
  const errors = ["blocked", "no receipt", "unsendable: x", "clock: x", "HTTP 503", "HTTP 429", "HTTP 404", "conflict"];
  const kinds = ["blocked", "receipt", "unsendable", "clock", "busy", "busy", "refused", "refused"];
  t.same(errors.map(troubleOf), kinds);
  t.same([troubleOf(null), troubleOf("dns: x")], ["none", "network"]);
});

t.test("A42 a node of another version is shown as such, whichever of the two could not read the other", async (t) => {
  const refused = { ...WELL, waiting: 1, lastError: "version: 1 here, 2 there (HTTP 400)" };
  t.same([healthOf(refused), troubleWith(refused)], ["other-version", "version"]);
  const heard = { ...WELL, isOfOtherVersion: true };
  t.same([healthOf(heard), troubleWith(heard)], ["other-version", "version"]);
});
