// Booking a place: by strangers with the proof of a letter, by people of the node with a tap; waiting, free places, reminders, the end.
import t from "tap";
import { transact } from "../../src/db/transact.ts";
import { cancelGathering, removeGathering, saveGathering } from "../../src/gatherings/actions.ts";
import { saveMuted } from "../../src/members/notices/noticeStore.ts";
import { ask, bookAs, factsOf, openHall } from "./hall.ts";

const DAY = 86_400_000;

const hall = await openHall(t);
const { one, clock, sink, settle, linkTo } = hall;
const count = (where: string) =>
  one.node.db.raw.prepare(`SELECT count(*) FROM gathering_bookings WHERE ${where}`).pluck().get();
const subjectsTo = (email: string) =>
  sink.received.filter(({ recipients }) => recipients.includes(email)).map(({ mail }) => mail.subject);

t.test("a place is a stranger's once they follow the letter's link, and not before", async (t) => {
  const gathering = hall.publish();
  const laura = hall.stranger();
  const asked = await ask(laura, gathering, "Laura@posta.example", "1");
  t.match(asked.body, /Guarda la posta/);
  t.equal(count("state = 'booked'"), 0);
  await settle();
  t.same(subjectsTo("laura@posta.example"), ["Conferma il posto: Come nasce un GAS"]);
  const link = linkTo("laura@posta.example");
  const page = await laura.get(link);
  t.equal(count("state = 'booked'"), 0, "a scanner that opens the link books nothing");
  const proven = await laura.submit(page, link, { act: "prove" });
  t.match(proven.body, /ti aspettiamo[\s\S]*con un'altra persona|con un&#39;altra persona/);
  t.equal(count("state = 'booked'"), 1);
  const again = await laura.submit(page, link, { act: "prove" });
  t.equal(again.status, 200);
  t.equal(count("state = 'booked'"), 1, "followed twice it is one place");
});

t.test("of six places six are taken; who is seventh waits, and hears of the first that is free", async (t) => {
  const gathering = hall.publish({ name: "Sei posti" });
  for (let n = 1; n <= 5; n += 1) await bookAs(hall, gathering, `p${n}@posta.example`);
  const marta = await hall.enter("marta", "member");
  const path = `/gas-fano/events/${gathering.id}`;
  const mine = await marta.submit(await marta.get(path), `${path}/mine`, { guests: "0" });
  t.match(mine.body, /hai il posto/);
  const seventh = await bookAs(hall, gathering, "p7@posta.example");
  t.match((await seventh.get(linkTo("p7@posta.example"))).body, /sei in lista d/);
  t.match((await hall.stranger().get(path)).body, /I posti sono finiti/);
  await marta.submit(mine, `${path}/mine`, { act: "cancel" });
  await settle();
  t.equal(subjectsTo("p7@posta.example").at(-1), "C'è posto: Sei posti");
  t.match((await marta.get("/account/gatherings")).body, /Non hai prenotato nessun incontro/);
  const late = await marta.submit(await marta.get(path), `${path}/mine`, { act: "book", guests: "2" });
  t.match(late.body, /in lista d/);
  t.match((await marta.get("/account/gatherings")).body, /Sei posti/);
});

t.test("C13 asking twice, or with the address of a person of the node, looks the same and says nothing", async (t) => {
  const gathering = hall.publish({ name: "Chi chiede" });
  const answers = [];
  for (const email of ["zeno@posta.example", "ZENO@posta.example", "marta@posta.example"]) {
    const { status, body } = await ask(hall.stranger(), gathering, email);
    answers.push({ status, body: body.replaceAll(/<!--.*?-->/g, "") });
  }
  t.same(answers[1], answers[0]);
  t.same(answers[2], answers[0]);
  await settle();
  t.equal(subjectsTo("zeno@posta.example").length, 1, "two forms at once bring one letter");
});

t.test(
  "C13 a flood of bookings nobody proves shuts no evening: one answer for all, and every letter's link holds",
  async (t) => {
    const gathering = hall.publish({ name: "Piena di fantasmi", capacity: 2 });
    const ghost = one.node.db.raw.prepare(
      `INSERT INTO gathering_bookings (id, gathering_id, actor_id, name, email, organisation, state, guests, language, created_at, asked_at)
     VALUES (?, ?, ?, 'Fantasma', ?, '', 'unproven', 0, 'it', 0, ?)`,
    );
    transact(one.node.db, () => {
      for (let n = 0; n < 1000; n += 1)
        ghost.run(`ghost${n}`, gathering.id, gathering.actorId, `g${n}@posta.example`, clock.at - 3_600_000);
    });
    const answers = [];
    for (const email of ["ada@posta.example", "g7@posta.example", "marta@posta.example", "ada@posta.example"]) {
      const { status, body } = await ask(hall.stranger(), gathering, email);
      answers.push({ status, body: body.replaceAll(/<!--.*?-->/g, "") });
    }
    for (const answer of answers) t.same(answer, answers[0]);
    const asked = `gathering_id = '${gathering.id}' AND state = 'unproven'`;
    t.equal(count(asked), 1000, "the oldest made room");
    await settle();
    one.node.db.raw.exec("UPDATE gathering_bookings SET asked_at = 1 WHERE email = 'ada@posta.example'");
    await ask(hall.stranger(), gathering, "ultima@posta.example");
    t.equal(count("email = 'ada@posta.example'"), 0, "pushed out");
    const ada = hall.stranger();
    const link = linkTo("ada@posta.example");
    const page = await ada.get(link);
    t.match(page.body, /Ciao Laura Neri: manca solo la tua conferma/);
    t.match((await ada.submit(page, link, { act: "prove" })).body, /ti aspettiamo/, "no ghost has a place");
    await ada.submit(page, link, { act: "prove" });
    t.equal(count(`gathering_id = '${gathering.id}' AND state = 'booked'`), 1);
  },
);

t.test("a person who has an account and follows a letter's link has one place, and it is theirs", async (t) => {
  const gathering = hall.publish({ name: "Un posto solo" });
  const olga = await hall.enter("olga", null);
  await bookAs(hall, gathering, "olga@posta.example");
  t.match((await olga.get("/account/gatherings")).body, /Un posto solo/);
  const path = `/gas-fano/events/${gathering.id}`;
  t.match((await olga.get(path)).body, /hai il posto/);
  t.equal(count(`gathering_id = '${gathering.id}'`), 1);
});

t.test(
  "who booked with their account and follows a stranger's link as well reads that the place is theirs",
  async (t) => {
    const gathering = hall.publish({ name: "Due volte" });
    const nina = await hall.enter("nina", null);
    await ask(nina, gathering, "nina@posta.example");
    await settle();
    const link = linkTo("nina@posta.example");
    const page = await nina.get(link);
    // Their account had another address when they booked, and takes this one afterwards.
    one.node.db.raw.prepare("UPDATE people SET email = 'altra@posta.example' WHERE id = 'nina'").run();
    const path = `/gas-fano/events/${gathering.id}`;
    await nina.submit(await nina.get(path), `${path}/mine`, { guests: "0" });
    one.node.db.raw.prepare("UPDATE people SET email = 'nina@posta.example' WHERE id = 'nina'").run();
    const proven = await nina.submit(page, link, { act: "prove" });
    t.equal(proven.status, 200);
    t.match(proven.body, /Hai già prenotato con il tuo account[\s\S]*hai il posto/);
    t.equal(count(`gathering_id = '${gathering.id}'`), 1);
  },
);

t.test("who gave an account's place back and asks by the form has the link to prove it in the letter", async (t) => {
  const gathering = hall.publish({ name: "Ripensarci" });
  const olmo = await hall.enter("olmo", null);
  await bookAs(hall, gathering, "olmo@posta.example");
  const path = `/gas-fano/events/${gathering.id}`;
  await olmo.submit(await olmo.get(path), `${path}/mine`, { act: "cancel" });
  await ask(hall.stranger(), gathering, "olmo@posta.example");
  await settle();
  t.equal(subjectsTo("olmo@posta.example").at(-1), "Conferma il posto: Ripensarci");
  const link = linkTo("olmo@posta.example");
  await olmo.submit(await olmo.get(link), link, { act: "prove" });
  t.match((await olmo.get(path)).body, /hai il posto/);
});

t.test("a place given back by its link is free, and can be asked for again", async (t) => {
  const gathering = hall.publish({ name: "Avanti e indietro", capacity: 1 });
  const piero = await bookAs(hall, gathering, "piero@posta.example");
  const link = linkTo("piero@posta.example");
  t.match((await piero.submit(await piero.get(link), link, { act: "cancel" })).body, /hai rinunciato/);
  await bookAs(hall, gathering, "quinto@posta.example");
  t.match((await piero.submit(await piero.get(link), link, { act: "prove" })).body, /sei in lista d/);
});

t.test("who has booked hears of another hour, and is reminded the day before it, once", async (t) => {
  const gathering = hall.publish({ name: "Spostato", takesBookings: true });
  await bookAs(hall, gathering, "rosa@posta.example");
  const { startsAt, endsAt } = gathering;
  const later = { ...factsOf(), name: "Spostato", startsAt: startsAt + DAY, endsAt: endsAt + DAY };
  saveGathering(one.node.wire, gathering.actorId, { ...later, id: gathering.id }, "gino");
  await settle();
  t.equal(subjectsTo("rosa@posta.example").at(-1), "È cambiato: Spostato");
  clock.at = startsAt + 3_600_000;
  await settle();
  await settle();
  t.same(
    subjectsTo("rosa@posta.example").filter((subject) => subject?.startsWith("Ci vediamo")),
    ["Ci vediamo: Spostato, domenica 6 dicembre 2026, dalle 18:00 alle 20:00"],
  );
});

t.test("who comes to a gathering that is called off, closed, over or open to all is told so", async (t) => {
  const soon = { startsAt: clock.at + 2 * DAY, endsAt: clock.at + 2 * DAY + 7_200_000 };
  const cancelled = hall.publish({ name: "Annullato", ...soon });
  const open = hall.publish({ name: "Aperto", ...soon, takesBookings: false, capacity: null });
  const closing = hall.publish({ name: "Chiuso", ...soon, closesAt: clock.at + DAY });
  await bookAs(hall, cancelled, "ugo@posta.example");
  cancelGathering(one.node.wire, { actorId: cancelled.actorId, id: cancelled.id, byId: "gino" }, "neve");
  await settle();
  t.equal(subjectsTo("ugo@posta.example").at(-1), "Annullato: Annullato");
  const path = (id: string) => `/gas-fano/events/${id}`;
  const visit = hall.stranger();
  t.match((await visit.get(path(cancelled.id))).body, /Annullato: neve/);
  t.equal((await visit.get(`${path(cancelled.id)}/book`)).status, 409);
  t.match((await visit.get(path(open.id))).body, /Non serve prenotare/);
  clock.at += DAY;
  t.match((await visit.get(path(closing.id))).body, /Le prenotazioni sono chiuse/);
  clock.at += 2 * DAY;
  t.match((await visit.get(path(closing.id))).body, /già stato/);
});

t.test(
  "what is called off and taken away at once is told to all who had a place, also who wants no mail",
  async (t) => {
    const soon = { startsAt: clock.at + 2 * DAY, endsAt: clock.at + 2 * DAY + 7_200_000 };
    const gathering = hall.publish({ name: "Tolto", ...soon });
    const key = { actorId: gathering.actorId, id: gathering.id, byId: "gino" };
    await bookAs(hall, gathering, "vera@posta.example");
    await bookAs(hall, gathering, "walter@posta.example");
    const sara = await hall.enter("sara", null);
    saveMuted(one.node.db.orm, "sara", "gathering", true, clock.at);
    const path = `/gas-fano/events/${gathering.id}`;
    await sara.submit(await sara.get(path), `${path}/mine`, { guests: "0" });
    await settle();
    t.same(subjectsTo("sara@posta.example"), [], "switched off");
    cancelGathering(one.node.wire, key, "neve");
    removeGathering(one.node.wire, key);
    await settle();
    for (const name of ["vera", "walter", "sara"])
      t.equal(subjectsTo(`${name}@posta.example`).at(-1), "Annullato: Tolto", name);
    t.match((await hall.stranger().get(linkTo("vera@posta.example"))).body, /Annullato: neve/);
  },
);

t.test("C53 who says that it was not them is forgotten at once, and told so", async (t) => {
  const gathering = hall.publish({ name: "Non io", startsAt: clock.at + DAY, endsAt: clock.at + 2 * DAY });
  const someone = hall.stranger();
  await ask(someone, gathering, "ignara@posta.example");
  await settle();
  const link = linkTo("ignara@posta.example");
  const done = await someone.submit(await someone.get(link), link, { act: "cancel" });
  t.equal(done.status, 200);
  t.match(done.body, /Abbiamo dimenticato/);
  t.equal(count("email = 'ignara@posta.example'"), 0);
  t.equal((await someone.get(link)).status, 410, "and their link is spent");
});

t.test("C53 ninety days after the end nobody knows who booked, and their links are spent", async (t) => {
  t.ok(Number(count("1 = 1")) > 0);
  const link = linkTo("rosa@posta.example");
  clock.at += 85 * DAY;
  await settle();
  t.equal(count("email = 'rosa@posta.example'"), 1);
  clock.at += 8 * DAY;
  await settle();
  t.equal(count("1 = 1"), 0);
  t.equal((await hall.stranger().get(link)).status, 410);
});

t.test("C53 who does not follow the link in three days is forgotten, and the link with them", async (t) => {
  const gathering = hall.publish({ name: "Senza conferma", startsAt: clock.at + 9 * DAY, endsAt: clock.at + 10 * DAY });
  await ask(hall.stranger(), gathering, "zita@posta.example");
  await settle();
  const link = linkTo("zita@posta.example");
  clock.at += 3 * DAY - 3_600_000;
  await settle();
  t.equal((await hall.stranger().get(link)).status, 200);
  clock.at += 2 * 3_600_000;
  await settle();
  t.equal(count("email = 'zita@posta.example'"), 0);
  t.equal((await hall.stranger().get(link)).status, 410);
});

t.test(
  "without a mail server strangers are told whom to write to, and people of the node book all the same",
  async (t) => {
    const mute = await openHall(t, false);
    const gathering = mute.publish();
    const path = `/gas-fano/events/${gathering.id}`;
    t.match((await mute.stranger().get(path)).body, /Questo nodo non manda posta/);
    t.equal((await mute.stranger().get(`${path}/book`)).status, 404);
    const marta = await mute.enter("marta", "member");
    t.match((await marta.submit(await marta.get(path), `${path}/mine`, { guests: "0" })).body, /hai il posto/);
  },
);
