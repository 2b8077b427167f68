// A group tells everybody a piece of news: who follows it elsewhere hears it, its district announces it, until it is taken back or is over.
import t from "tap";
import { changeNews, publishNews } from "../../src/gatherings/news/actions.ts";
import { acceptMember } from "../../src/network/membership/actions.ts";
import { membersHouse } from "../../src/node.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { BY, done, meet, startValley, written } from "../network/membership/valley.ts";

t.test(
  "news for everybody arrives, changes and goes on other nodes, and a district announces it as long as it stands",
  async (t) => {
    const { nodes, clock, settle, district, gas, farm, ask } = await startValley(t);
    done(await ask(nodes.gas, gas));
    await settle();
    done(acceptMember(nodes.district.node.wire, { actorId: district.id, peer: gas.id, byId: BY }));
    for (const [home, reader] of [
      [nodes.district, district],
      [nodes.farm, farm],
    ] as const)
      done(followActor(home.node.wire, reader.id, await meet(home, gas.id)));
    await settle();
    const { wire, db } = nodes.gas.node;
    const desk = { wire, house: membersHouse(nodes.gas.config, db, clock) };
    const by = { actorId: gas.id, byId: BY };
    const plan = { title: "Mulino aperto", text: "Sabato alle 9.", until: "2026-11-25", isPublic: true };
    const heard = () =>
      nodes.farm.node.db.raw
        .prepare(
          "SELECT type FROM inbox_log WHERE sender = ? AND type IN ('Create', 'Update', 'Delete') ORDER BY rowid",
        )
        .pluck()
        .all(gas.id);
    const announced = () => ["Announce", "Undo"].map((type) => written(nodes.district, type).length);

    done(publishNews(desk, by, { ...plan, title: "Turni di pulizia", isPublic: false }, true));
    await settle();
    t.same(heard(), [], "what is for members is told to nobody");
    const { id } = done(publishNews(desk, by, plan, false));
    await settle();
    t.same(heard(), ["Create"]);
    const [post] = written(nodes.district, "Announce").map(({ object }) => object);
    t.match(post, new RegExp(`^${gas.id}/news/[a-z2-7]{26}$`));
    clock.advance({ minutes: 1 });
    done(changeNews(wire, by, id, { ...plan, text: "Domenica alle 9." }));
    await settle();
    t.same(heard(), ["Create", "Update"]);
    t.same(announced(), [1, 0]);
    done(changeNews(wire, by, id, { ...plan, isPublic: false }));
    await settle();
    t.same(heard(), ["Create", "Update", "Delete"]);
    t.same(announced(), [1, 1]);

    done(changeNews(wire, by, id, plan));
    await settle();
    t.same(announced(), [2, 1], "told anew it is announced anew: it has another address");
    await nodes.gas.stop();
    clock.advance({ days: 3 });
    await nodes.gas.start();
    await settle();
    t.same(heard(), ["Create", "Update", "Delete", "Create", "Delete"], "over while the node was down");
    t.same(announced(), [2, 2]);
    await nodes.gas.stop();
    await nodes.gas.start();
    clock.advance({ minutes: 5 });
    await settle();
    t.equal(heard().length, 5, "and said once");
  },
);
