// A42: the farm's node was upgraded to a version of the protocol that the group's node does not know yet.
import { fileURLToPath } from "node:url";
import t from "tap";
import { openReadOnly } from "../../src/db/open.ts";
import { healthOf } from "../../src/partners/hosts/health.ts";
import { readHost } from "../../src/partners/hosts/hostStore.ts";
import { isAtRest, openTown, waitUntil } from "../torture/town.ts";

const SECOND = ["--import", fileURLToPath(new URL("../tools/secondVersion.ts", import.meta.url))];

t.test(
  "A42 what a newer node says waits at it while the older cannot read it, both show why, and all is agreed once the older is upgraded",
  async (t) => {
    const folder = t.testdir();
    const town = await openTown(folder, "orders");
    const both = ["farm", "gas"] as const;
    t.teardown(() => Promise.all(both.map(town.kill)));
    town.start("farm", "calm");
    await waitUntil(town, () => town.count("farm", "SELECT count(*) FROM actors") === 2);
    town.start("gas", "calm");
    await waitUntil(town, () => town.count("gas", "SELECT count(*) FROM pacts WHERE state = 'live'") === 1);
    await town.kill("farm");
    town.start("farm", "calm", SECOND);
    await town.kill("gas");
    town.start("gas", "busy");
    // The farm reads the first version's Offer; what it says to it is in the second.
    const refused =
      "SELECT count(*) FROM outbox WHERE last_error = 'version: 2 here, 1 there (HTTP 400)' AND state = 'pending'";
    await waitUntil(town, () => town.count("farm", refused) > 0);
    t.equal(town.count("farm", "SELECT count(*) FROM received_orders"), 1);
    t.equal(town.count("gas", "SELECT count(*) FROM thread_messages WHERE direction = 'in'"), 0, "nothing is guessed");
    const gas = openReadOnly(`${folder}/gas/db.sqlite`);
    t.equal(
      healthOf(readHost(gas.orm, `${town.origin("gas")}/fano`, new URL(town.origin("farm")).host, Date.now())),
      "other-version",
    );
    gas.raw.close();
    await town.kill("gas");
    town.start("gas", "calm", SECOND);
    await waitUntil(town, () => isAtRest(town, "farm") && isAtRest(town, "gas"));
    await Promise.all(both.map(town.kill));
    t.match(town.end(), { orders: 1, broken: [] });
  },
);
