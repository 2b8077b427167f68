// The walk of networks: region, province, district, actor; loops, lies and sources reached twice.
import fc from "fast-check";
import t from "tap";
import {
  type KnownActor,
  MOST_DEPTH,
  MOST_ONE_SIDED,
  MOST_UNREAD,
  reachSources,
} from "../../../src/network/reading/reach.ts";

const REGION = "https://marche.example/r";

type World = Record<string, { kind?: KnownActor["kind"]; claims?: string[]; members?: string[] }>;

function walk(members: string[], world: World, shutOut: string[] = []) {
  return reachSources({
    groupId: REGION,
    members,
    listedBy: (uri) => world[uri]?.members ?? [],
    known: (uri) => {
      const actor = world[uri];
      return actor ? { kind: actor.kind ?? null, claims: actor.claims ?? [], isGone: false } : null;
    },
    isShutOut: (uri) => shutOut.includes(uri),
  });
}

const ways = (reaches: ReturnType<typeof walk>) =>
  Object.fromEntries(reaches.map(({ uri, via, depth, standing }) => [uri, `${depth} ${standing} ${via}`]));

t.test("a region reaches farms through its provinces and their districts, no further", async (t) => {
  const world: World = {
    province: { kind: "district", claims: [REGION], members: ["des"] },
    des: { kind: "district", claims: ["province"], members: ["farm", "deeper"] },
    farm: { kind: "producer", claims: ["des"] },
    deeper: { kind: "district", claims: ["des"], members: ["hidden"] },
    hidden: { kind: "producer", claims: ["deeper"] },
  };
  t.same(ways(walk(["province"], world)), {
    province: `1 agreed ${REGION}`,
    des: "2 agreed province",
    farm: "3 agreed des",
    deeper: "3 agreed des",
  });
});

t.test("a source of two districts is there once, by the shorter way on which both sides agree", async (t) => {
  const world: World = {
    near: { kind: "district", claims: [REGION], members: ["farm"] },
    far: { kind: "district", claims: [REGION], members: ["farm"] },
    farm: { kind: "producer", claims: ["far"] },
  };
  t.same(ways(walk(["near", "far"], world)).farm, "2 agreed far");
  world.farm!.claims = ["near", "far"];
  t.same(ways(walk(["near", "far"], world)).farm, "2 agreed near");
});

t.test("who is listed and does not claim it back is known as such, and nothing is reached through it", async (t) => {
  const world: World = {
    liar: { kind: "district", claims: [REGION], members: ["famous"] },
    famous: { kind: "district", claims: ["https://other.example/d"], members: ["farm"] },
    farm: { kind: "producer", claims: ["famous"] },
  };
  t.same(ways(walk(["liar"], world)), { liar: `1 agreed ${REGION}`, famous: "2 one-sided liar" });
});

t.test("networks in a circle end, our own group among them", async (t) => {
  const world: World = {
    a: { kind: "district", claims: [REGION, "b"], members: ["b", REGION, "a"] },
    b: { kind: "district", claims: ["a"], members: ["a", "b"] },
  };
  t.same(ways(walk(["a"], world)), { a: `1 agreed ${REGION}`, b: "2 agreed a" });
});

t.test("a network that lists ten thousand strangers makes us look up a few, and none after so many lies", async (t) => {
  const members = Array.from({ length: 10_000 }, (_, n) => `https://s${n}.example/x`);
  const world: World = { liar: { kind: "district", claims: [REGION], members } };
  const unread = () => walk(["liar"], world).filter(({ standing }) => standing === "unread");
  let lookedUp = 0;
  for (let found = unread(); found.length > 0 && lookedUp < 10_000; found = unread()) {
    t.ok(found.length <= MOST_UNREAD);
    for (const { uri } of found) world[uri] = { kind: "producer", claims: [] };
    lookedUp += found.length;
  }
  t.ok(lookedUp <= MOST_ONE_SIDED + MOST_UNREAD, `${lookedUp} were looked up`);
});

t.test("our own members are all looked up: we let them in ourselves", async (t) => {
  const members = Array.from({ length: 300 }, (_, n) => `https://s${n}.example/x`);
  t.equal(walk(members, {}).length, 300);
});

t.test("a blocked source is not reached, nor anything through it", async (t) => {
  const world: World = {
    province: { kind: "district", claims: [REGION], members: ["farm"] },
    farm: { kind: "producer", claims: ["province"] },
  };
  t.same(walk(["province"], world, ["province"]), []);
  t.same(Object.keys(ways(walk(["province"], world, ["farm"]))), ["province"]);
});

t.test("in whatever network: each source once, never too deep, and agreed only where both say so", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  const some = fc.subarray([...names, REGION]);
  const actor = fc.record({ kind: fc.constantFrom("district", "producer"), claims: some, members: some });
  fc.assert(
    fc.property(some, fc.tuple(...names.map(() => actor)), (members, actors) => {
      const world = Object.fromEntries(names.map((name, n) => [name, actors[n]!])) as World;
      const reaches = walk(members, world);
      return (
        new Set(reaches.map(({ uri }) => uri)).size === reaches.length &&
        reaches.every(({ uri, via, depth, standing }) => {
          const listed = via === REGION ? members : (world[via]?.members ?? []);
          const both = listed.includes(uri) && world[uri]!.claims!.includes(via);
          return uri !== REGION && depth <= MOST_DEPTH && listed.includes(uri) && (standing === "agreed") === both;
        })
      );
    }),
  );
});
