// A member leaves for good, and yesterday's backup comes back afterwards: no file of the node has a word of them, and the books are whole.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import t from "tap";
import { restoreBackup, writeBackup } from "../../src/db/backup.ts";
import { transact } from "../../src/db/transact.ts";
import { checkLedger } from "../../src/ledger/checkStore.ts";
import { post } from "../../src/ledger/postActions.ts";
import { signInLink } from "../../src/members/actions.ts";
import { householdOf, insertFriend } from "../../src/members/households/householdStore.ts";
import { insertNotice } from "../../src/members/notices/noticeStore.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import { checkAudit } from "../../src/web/auditStore.ts";
import { openLog } from "../../src/web/log.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import { type Browser, openBrowser } from "../web/browser.ts";

const WORDS = /zyx(?:marta|amico|nota|avviso)/i;
const MARTA = "martamartamartamartamarta2";

/** Files below a folder, but for those of these names, that hold a word of hers. */
function telling(folder: string, but: readonly string[] = []): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => !but.some((name) => file.startsWith(name)) && statSync(join(folder, file)).isFile())
    .filter((file) => WORDS.test(readFileSync(join(folder, file), "latin1")));
}

async function signIn({ node, config, origin }: TestNode, email: string): Promise<Browser> {
  const made = await signInLink(membersHouse(config, node.db, node.wire.clock), email);
  if ("refused" in made) throw new Error(made.refused);
  const browser = openBrowser(node.app, origin);
  const { pathname } = new URL(made.url);
  await browser.submit(await browser.get(pathname), pathname);
  return browser;
}

/** Marta with a household, a friend, a past order with notes, a settled account and a mail that waits. */
function plantMarta({ node }: TestNode, actorId: string): string {
  const email = "zyxmarta@posta.example";
  const { raw } = node.db;
  return transact(node.db, (tx) => {
    insertPerson(tx, { id: MARTA, name: "Zyxmarta Neri", email, claimedEmail: email, createdAt: 0 });
    insertSeat(tx, { personId: MARTA, actorId, role: "member", createdAt: 0 });
    const ref = householdOf(tx, actorId, MARTA)!.id;
    const friend = insertFriend(tx, actorId, ref, "Zyxamico", 0);
    const notice = { personId: MARTA, kind: "delivery", businessKey: "x", subject: "Zyxavviso", body: "zyxavviso" };
    insertNotice(tx, { ...notice, state: "pending", attempts: 0, nextAt: 9e15, createdAt: 0 });
    for (const [businessKey, cents] of [
      ["in", 1000],
      ["out", -1000],
    ] as const) {
      const postings = [
        { account: { kind: "household", ref } as const, cents },
        { account: { kind: "cash" } as const, cents: -cents },
      ];
      post(tx, { actorId, businessKey, kind: "opening", memo: "", at: 1, personId: null, postings });
    }
    const order = "ordineordineordineordineor";
    raw
      .prepare(
        `INSERT INTO orders (id, actor_id, producer_id, name, note, state, closes_at, pickups, policies, modifiers, revision, created_at, updated_at)
         VALUES (?, ?, 'https://mulino.example/mulino', 'Farine', '', 'open', 60000, '[]', '{}', '[]', 0, 0, 0)`,
      )
      .run(order, actorId);
    raw
      .prepare(
        `INSERT INTO order_lines (order_id, number, actor_id, line_iri, goods, rules, is_offered)
         VALUES (?, 1, ?, 'https://mulino.example/1', '{"name":"Farina"}', '{}', 1)`,
      )
      .run(order, actorId);
    raw
      .prepare(
        `INSERT INTO baskets (order_id, household_id, actor_id, version, state, note, total_cents, saved_by, updated_at)
         VALUES (?, ?, ?, 1, 'delivered', 'zyxnota', 0, ?, 0)`,
      )
      .run(order, ref, actorId, MARTA);
    raw
      .prepare(
        `INSERT INTO bookings (order_id, household_id, line_number, friend_id, actor_id, quantity_thousandths, tolerance_thousandths, note, booked_at)
         VALUES (?, ?, 1, ?, ?, 1000, 0, 'zyxnota', 0)`,
      )
      .run(order, ref, friend, actorId);
    raw.prepare("UPDATE orders SET state = 'archived' WHERE id = ?").run(order);
    return email;
  });
}

t.test("C52 who erased themselves is in no file of the node, nor after an older backup is put back", async (t) => {
  const lines: string[] = [];
  const log = openLog(new Writable({ write: (line, _, done) => done(void lines.push(String(line))) }));
  const { nodes, clock, settle } = await startNodes(t, ["one"], { logger: log });
  const { one } = nodes;
  const { dataFolder, origin } = one.config;
  const gas = one.addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
  const marta = await signIn(one, plantMarta(one, gas.id));
  t.same(telling(dataFolder).filter((file) => file.startsWith("db.sqlite")).length > 0, true, "she is there");
  const backup = `${dataFolder}-backup`;
  writeBackup(one.node.db, dataFolder, backup);
  const sums = () => one.node.db.raw.prepare("SELECT account_id, sum(cents) FROM postings GROUP BY 1").raw().all();
  const before = sums();

  const page = await marta.get("/account/data");
  t.match(page.body, /Cancella il mio account/);
  t.match((await marta.submit(page, "/account/erase", { sure: "on" })).body, /Account cancellato/);
  clock.advance({ minutes: 2 });
  await settle();
  t.same(telling(dataFolder), []);
  t.same(sums(), before, "what was paid stays");

  await one.stop();
  t.same(telling(dataFolder), []);
  t.match(restoreBackup(backup, dataFolder, origin, clock.at), { epoch: 2 });
  t.ok(telling(dataFolder).length > 0, "the old backup has her");
  await one.start();
  clock.advance({ minutes: 2 });
  await settle();
  t.same(telling(dataFolder), []);
  t.same(sums(), before);
  const { orm } = one.node.db;
  t.same([...checkLedger(orm), ...checkAudit(orm)], []);
  t.same(
    lines.filter((line) => WORDS.test(line)),
    [],
    "nor did the log ever name her",
  );
});
