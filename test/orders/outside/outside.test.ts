// Orders that are booked elsewhere: shown with their link and times, told and reminded of, never with bookings or money of ours.
import t from "tap";
import { noticeClockTasks } from "../../../src/members/notices/noticeActions.ts";
import { callOffOutside, createOutside, editOutside, outsideClockTasks } from "../../../src/orders/outside/actions.ts";
import { checkOutside, type OutsidePlan, outsideDatesOf, readOutsideUrl } from "../../../src/orders/outside/outside.ts";
import { outsideErrors, readOutside, writeOutside } from "../../../src/orders/outside/outsideForm.ts";
import { listOpenOutside } from "../../../src/orders/outside/store.ts";
import { openMailer } from "../../../src/web/mail.ts";
import { sitDown } from "../../partners/desks.ts";
import { startMailSink } from "../../tools/mailSink.ts";
import { startNodes } from "../../tools/nodes.ts";
import { DAY, HOUR, makeGroup, NOW, sure } from "../group.ts";

const SHEET = "https://docs.example.org/d/arance?edit=1";
const PLAN: OutsidePlan = {
  ...{
    title: "Arance di Gela",
    producer: "Cooperativa",
    url: SHEET,
    note: "Una riga a famiglia",
    closesAt: NOW + 3 * DAY,
  },
  pickup: { place: "Circolo", startAt: NOW + 5 * DAY, endAt: null },
};

t.test("what is refused is said beside its field, and what is about no field is not", async (t) => {
  t.same(outsideErrors({ refused: "bad-url" }), { url: "not-https" });
  t.equal(outsideErrors({ refused: "wrong-state" }), null);
});

t.test("a link is an address by https and shows whose it is", async (t) => {
  t.equal(readOutsideUrl(` ${SHEET} `), SHEET);
  for (const text of [
    "http://docs.example.org/d",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://filiera.example@evil.example/",
    "https://localhost/",
    "docs.example.org",
    `https://example.org/${"x".repeat(1000)}`,
  ])
    t.equal(readOutsideUrl(text), null, text);
});

t.test("what a person typed is a plan, or the field that does not hold", async (t) => {
  const typed = writeOutside(PLAN);
  const { endAt: _, ...wish } = typed as Record<string, string> & Parameters<typeof readOutside>[0];
  t.same(readOutside(wish), { plan: PLAN });
  const { place: __, ...noPlace } = wish;
  t.match(readOutside(noPlace), { errors: { place: "required" } });
  t.match(readOutside({ ...wish, url: "http://docs.example.org" }), { errors: { url: "not-https" } });
  t.match(readOutside({ title: "A", url: SHEET, closesAt: wish.closesAt! }), { plan: { pickup: null, producer: "" } });
  const refused = (change: Partial<OutsidePlan>) => checkOutside({ ...PLAN, ...change }, NOW)?.refused ?? null;
  t.equal(refused({}), null);
  t.equal(refused({ title: " " }), "bad-name");
  t.equal(refused({ url: "http://docs.example.org/" }), "bad-url");
  t.equal(refused({ closesAt: NOW }), "closing-not-ahead");
  t.equal(refused({ pickup: { place: "Circolo", startAt: NOW + DAY, endAt: null } }), "delivery-before-closing");
});

t.test(
  "A46 members are told once and reminded once a closing; who looks finds it until it closes or is called off",
  async (t) => {
    const group = makeGroup(t);
    const sink = await startMailSink(t);
    const mailer = openMailer(sink.url, "nodo@gas.example");
    t.teardown(() => mailer?.close());
    const { db, clock, gas } = group;
    const house = {
      db,
      clock,
      origin: "https://g.example",
      secret: Buffer.alloc(32, 7),
      language: "it",
      mailer,
    } as const;
    for (const name of ["marta", "ada"]) group.addMember(name);
    db.raw.prepare("UPDATE people SET email = id || '@posta.example', claimed_email = id").run();
    const tick = async (at: number) => {
      clock.at = at;
      for (const task of [...outsideClockTasks(house), ...noticeClockTasks(house, () => 0.5)]) await task.run(at);
      return sink.received.splice(0).map(({ recipients, mail }) => ({ to: recipients.join(), text: mail.text ?? "" }));
    };
    const made = sure(createOutside(group.buying, gas.id, PLAN));
    const opened = await tick(NOW + 1000);
    t.same(opened.map(({ to }) => to).sort(), ["ada@posta.example", "marta@posta.example"]);
    t.match(opened[0]?.text, /si prenota fuori da Filiera: «Arance di Gela»/);
    t.match(opened[0]?.text, SHEET);
    t.same(await tick(NOW + HOUR), []);
    const reminded = await tick(PLAN.closesAt - 20 * HOUR);
    t.match(reminded, [{ text: /se hai già segnato la tua riga, non fare niente/ }, {}]);
    t.same(await tick(PLAN.closesAt - 19 * HOUR), []);

    const key = { actorId: gas.id, id: made.id, seenUpdatedAt: made.updatedAt };
    const later = { ...PLAN, closesAt: PLAN.closesAt + DAY, pickup: null };
    const edited = sure(editOutside(group.buying, key, later));
    t.match(editOutside(group.buying, key, PLAN), { refused: "stale-version" });
    t.equal((await tick(later.closesAt - 2 * HOUR)).length, 2, "another closing is another reminder");
    t.equal(listOpenOutside(db.orm, gas.id, clock.at, 9).length, 1);
    t.equal(listOpenOutside(db.orm, gas.id, later.closesAt, 9).length, 0, "the closing minute itself is too late");
    sure(callOffOutside(group.buying, { ...key, seenUpdatedAt: edited.updatedAt }));
    t.same(listOpenOutside(db.orm, gas.id, clock.at, 9), []);
  },
);

t.test(
  "calendars have its closing and its pickup, under the sheet's own address, crossed out once it is off",
  async (t) => {
    const row = { id: "o1", actorId: "g", toldAt: null, remindedFor: null, createdAt: NOW, updatedAt: NOW };
    const dates = outsideDatesOf([{ ...PLAN, ...row, calledOffAt: null }], "g.example");
    t.match(dates, [
      { uid: "o1-closing@g.example", kind: "closing", startAt: PLAN.closesAt, outside: { url: SHEET } },
      { kind: "pickup", place: "Circolo", endAt: PLAN.pickup!.startAt + HOUR, isCancelled: false },
    ]);
    const off = outsideDatesOf([{ ...PLAN, ...row, calledOffAt: NOW, pickup: null }], "g.example");
    t.match(off, [{ isCancelled: true }]);
  },
);

t.test(
  "who runs orders puts it among the others; members see that it leads away, and no desk of another group has it",
  async (t) => {
    const { nodes, clock } = await startNodes(t, ["gas"]);
    nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    nodes.gas.addActor({ kind: "gas", handle: "pesaro", name: "GAS Pesaro" });
    const rita = await sitDown(nodes.gas, "rita", "fano", "referente");
    const marta = await sitDown(nodes.gas, "marta", "fano", "member");
    const elio = await sitDown(nodes.gas, "elio", "pesaro", "referente");
    const start = await rita.get("/desk/fano/orders/new");
    t.match(start.body, "/desk/fano/outside");
    const minute = Math.floor(clock.at / 60_000) * 60_000;
    const typed = {
      ...writeOutside({ ...PLAN, closesAt: minute + DAY, pickup: null }),
      place: "",
      startAt: "",
      endAt: "",
    };
    const submit = async (fields: Record<string, string>) =>
      rita.submit(await rita.get("/desk/fano/outside"), "/desk/fano/outside", fields);
    const wrong = await submit({ ...typed, url: "http://docs.example.org" });
    t.equal(wrong.status, 422);
    t.match(wrong.body, "deve essere un indirizzo che comincia con https://");
    const listed = await submit(typed);
    t.match(listed.body, "Ordini che si prenotano altrove");
    const [, path = ""] = /"(\/desk\/fano\/outside\/[^"]+)"/.exec(listed.body) ?? [];
    const home = await marta.get("/desk/fano/orders");
    t.match(home.body, /Si prenota fuori da Filiera/);
    t.match(home.body, `<a href="${SHEET}" rel="noopener noreferrer external">Apri docs.example.org</a>`);
    t.equal((await marta.get(path)).status, 404);
    t.equal((await elio.get(path.replace("fano", "pesaro"))).status, 404);
    const off = await rita.submit(await rita.get(path), `${path}/call-off`, {});
    t.match(off.body, "annullato");
    t.notMatch((await marta.get("/desk/fano/orders")).body, SHEET);
  },
);
