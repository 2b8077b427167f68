// What who sells is written when an order comes, changes or is taken back.
import t from "tap";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { cancelCycle } from "../../src/sales/closingActions.ts";
import { answerOrder } from "../../src/sales/orderActions.ts";
import { saleMail } from "../../src/sales/orderMail.ts";
import { formats } from "../../src/web/format.ts";
import { words } from "../../src/web/words.ts";
import { startMailSink } from "../tools/mailSink.ts";
import { sure } from "./cycles.ts";
import { openMarket } from "./market.ts";

t.test("A46 who sells is written to once when an order comes, changes, or is asked back", async (t) => {
  const sink = await startMailSink(t);
  const flags = ["--smtp-url", sink.url, "--mail-from", "nodo@posta.example"];
  const market = await openMarket(t, { groups: 2, rules: { answers: "hand" }, flags });
  const { groups, oranges, honey, settle, order, orderKey, wire, pass, farm, farmHome } = market;
  const [first, second] = groups as [(typeof groups)[0], (typeof groups)[0]];
  const { orm } = farmHome.node.db;
  for (const [id, role] of [
    ["gino", "producer"],
    ["ada", "admin"],
  ] as const) {
    const email = `${id}@posta.example`;
    insertPerson(orm, { id, name: id, email, claimedEmail: email, createdAt: 0 });
    insertSeat(orm, { personId: id, actorId: farm.id, role, createdAt: 0 });
  }
  const take = () =>
    sink.received
      .splice(0)
      .map(({ recipients, mail }) => ({ to: recipients.join(), subject: mail.subject ?? "", text: mail.text ?? "" }))
      .toSorted((a, b) => (a.to < b.to ? -1 : 1));

  first.offer([oranges(10), honey(3)]);
  await settle();
  await settle();
  const came = take();
  t.same(
    came.map(({ to }) => to),
    ["ada@posta.example", "gino@posta.example"],
  );
  t.match(came[0]!.subject, /^Nuovo ordine di GAS 1: 218,50\s€$/);
  t.match(came[0]!.text, /- Arance: 100 kg\n- Miele: 3 pezzi\n\nIn tutto 218,50\s€\.\nAspetta la tua risposta\./);
  const [, path = ""] = /(\/desk\/agrumeto\/sales\/\S+)/.exec(came[0]!.text) ?? [];
  t.equal(Buffer.from(path.split("/").at(-1)!, "base64url").toString("utf8"), first.thread);

  first.offer([oranges(12)], 2);
  await settle();
  await settle();
  t.match(take(), [{ subject: /^GAS 1 ha cambiato l'ordine: 228/ }, { text: /- Arance: 120 kg/ }]);

  sure(answerOrder(wire(), orderKey(), { kind: "accept", mayOverdraw: false, note: "" }));
  await settle();
  t.same(take(), [], "what one says oneself is no news");
  first.undo(2);
  await settle();
  await settle();
  t.equal(order()?.isWithdrawn, true);
  t.match(take()[0], { subject: "GAS 1 ha ritirato l'ordine" });

  sure(cancelCycle(wire(), market.key, "Grandine"));
  second.offer([oranges(1)]);
  await settle();
  await pass({ minutes: 1 });
  t.same(take(), [], "what was turned away by itself is no news");
});

const voice = (language: "it" | "en") => ({ language, say: words(language), format: formats(language) });

t.test("a long order is named by its first lines, and what a group disputes stands in its words", (t) => {
  const line = (i: number) => ({ lineIri: `l${i}`, unit: "kilogram", quantityThousandths: 1500, amountCents: 100 });
  const facts = {
    ...({ group: "GAS Fano", farm: "Mulino", state: "accepted", words: "", url: "https://x.example/o" } as const),
    lines: Array.from({ length: 62 }, (_, i) => line(i)),
    nameOf: (iri: string) => `Farina ${iri}`,
  };
  const { subject, text } = saleMail(voice("it"), { ...facts, news: "new" });
  t.match(subject, /62,00\s€/);
  t.match(text, "- Farina l59: 1,5 kg\ne altri 2 prodotti\n");
  t.match(text, "È preso così.");
  const disputed = saleMail(voice("en"), { ...facts, news: "disputed", words: "Two crates are missing" });
  t.notMatch(disputed.text, /Farina/);
  t.match(disputed.text, "They write: Two crates are missing");
  t.end();
});
