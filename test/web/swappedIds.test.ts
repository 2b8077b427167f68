// The id of another group's order in the address of one's own desk: on every route that names an order, with every role there is.
import t from "tap";
import type { Db } from "../../src/db/transact.ts";
import { START_POLICIES } from "../../src/orders/plan.ts";
import { insertOrder } from "../../src/orders/store.ts";
import { startNodes } from "../tools/nodes.ts";
import { deskBrowser } from "./deskBrowser.ts";

const THEIRS = "theirorderaaaaaaaaaaaaaaaa";
const REPEAT = "theirrepeataaaaaaaaaaaaaaa";

/** An order with nothing in it yet, and a row of repeated ones. */
function keepOrders(db: Db, actorId: string): void {
  const at = Date.UTC(2026, 10, 24);
  const plan = { name: "Olio segreto", note: "", opensAt: null, closesAt: at, completesUntil: null };
  const past = { cycleIri: null, thread: null, revision: 0, closedAt: null, cancelReason: null, needsPerson: null };
  const head = { id: THEIRS, actorId, producerId: "https://mulino.example/mulino", state: "draft" } as const;
  const rest = { createdAt: at, updatedAt: at, lines: [], pickups: [], modifiers: [], policies: START_POLICIES };
  insertOrder(db.orm, { ...plan, ...past, ...head, ...rest }, { createdBy: null, madeFrom: null, recurrenceId: null });
  db.raw
    .prepare(
      `INSERT INTO order_recurrences (id, actor_id, producer_id, state, rule, template, next_at, last_index, created_by, created_at, updated_at)
       VALUES (?, ?, 'https://mulino.example/mulino', 'ended', '{}', '{}', NULL, 0, 'gino', 0, 0)`,
    )
    .run(REPEAT, actorId);
}

t.test(
  "C2 C45 another group's order is not there, under any page, sheet, file or form of one's own desk",
  async (t) => {
    const { nodes } = await startNodes(t, ["one"]);
    const { node } = nodes.one;
    nodes.one.addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
    const other = nodes.one.addActor({ kind: "gas", handle: "gas-pesaro", name: "GAS Pesaro" });
    const browser = await deskBrowser(nodes.one, ["gas-fano"]);
    keepOrders(node.db, other.id);
    const rows = () =>
      JSON.stringify(
        ["orders", "order_recurrences"].map((table) => node.db.raw.prepare(`SELECT * FROM ${table}`).all()),
      );
    const before = rows();
    const token = /name="_token" value="([^"]+)"/.exec((await browser.get("/account")).body)?.[1] ?? "";
    const form = new URLSearchParams({ _token: token }).toString();
    const lines = node.app.routeMatrix.filter(({ url }) => /\/orders\/(repeats\/)?:id/.test(url));
    const asked = lines.filter(({ method }) => method === "GET" || method === "POST");
    t.ok(asked.length > 30, `${asked.length} routes`);
    for (const { method, url } of asked) {
      const path = url
        .replace(":handle", "gas-fano")
        .replace("repeats/:id", `repeats/${REPEAT}`)
        .replace(":id", THEIRS)
        .replaceAll(/:\w+/g, "1");
      const { status, body } = method === "GET" ? await browser.get(path) : await browser.post(path, form);
      // A form may be found wanting before anybody looks for the order: then too nothing of it is told.
      const isNo = method === "GET" ? status === 404 : status >= 400 && status < 500;
      if (!isNo || /Olio segreto/.test(body)) t.fail(`${method} ${path}: ${status}`);
    }
    t.equal(rows(), before, "nothing of theirs has changed");
  },
);
