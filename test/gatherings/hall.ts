// A node with a GAS whose gatherings people come to: its organiser signed in, a mail server, addresses that prove themselves.
import type { Test } from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { publishGathering, saveGathering } from "../../src/gatherings/actions.ts";
import type { Gathering, GatheringFacts } from "../../src/gatherings/gathering.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { signInLink } from "../../src/members/actions.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import type { Role } from "../../src/web/visitor.ts";
import { type MailSink, startMailSink } from "../tools/mailSink.ts";
import { startNodes, type TestClock, type TestNode } from "../tools/nodes.ts";
import { type Browser, openBrowser } from "../web/browser.ts";
import { evening } from "./evenings.ts";

export type Hall = {
  readonly one: TestNode;
  readonly clock: TestClock;
  readonly gas: LocalActor;
  readonly sink: MailSink;
  /** Lets letters leave, and what else is due. */
  readonly settle: () => Promise<void>;
  /** Somebody without an account, from an address of their own. */
  readonly stranger: () => Browser;
  /** A person of the node; `role` null: without a seat. */
  readonly enter: (name: string, role: Role | null) => Promise<Browser>;
  /** A published evening; its facts as in `evening()` but for these. */
  readonly publish: (changes?: Partial<GatheringFacts>) => Gathering;
  /** The path of the link in the newest letter to that address. */
  readonly linkTo: (email: string) => string;
};

/** Starts it. `hasMail` false: the node writes no mail. */
export async function openHall(t: Test, hasMail = true): Promise<Hall> {
  const sink = await startMailSink(t);
  const flags = hasMail ? ["--smtp-url", sink.url, "--mail-from", "nodo@posta.example"] : [];
  // Time passes by `settle` alone: no letter leaves between two lines of a test.
  const nobody = async () => ({ failed: "refused" }) as never;
  const carrier = { get: nobody, post: nobody, close: async () => {} };
  const { nodes, clock, settle } = await startNodes(t, ["one"], { carrier }, flags);
  const { one } = nodes;
  const gas = one.addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
  one.addActor({ kind: "producer", handle: "mulino", name: "Mulino" });
  let homes = 1;
  const browser = () => openBrowser(one.node.app, one.origin, `127.0.2.${homes++}`);
  const enter = async (name: string, role: Role | null) => {
    const email = `${name}@posta.example`;
    insertPerson(one.node.db.orm, { id: name, name, email, claimedEmail: email, language: "it", createdAt: 0 });
    if (role) insertSeat(one.node.db.orm, { personId: name, actorId: gas.id, role, createdAt: 0 });
    const made = await signInLink(membersHouse(one.config, one.node.db, clock), email);
    if ("refused" in made) throw new Error(made.refused);
    const own = browser();
    const { pathname } = new URL(made.url);
    await own.submit(await own.get(pathname), pathname);
    return own;
  };
  const publish = (changes: Partial<GatheringFacts> = {}) => {
    const { id: _, ...facts } = { ...factsOf(), ...changes, id: undefined };
    const made = saveGathering(one.node.wire, gas.id, facts, "gino");
    if (isRefusal(made)) throw new Error(made.refused);
    const published = publishGathering(one.node.wire, { actorId: gas.id, id: (made as Gathering).id, byId: "gino" });
    if (isRefusal(published)) throw new Error(published.refused);
    return published as Gathering;
  };
  const linkTo = (email: string) => {
    const text = sink.received.findLast(({ recipients }) => recipients.includes(email))?.mail.text ?? "";
    const [url = ""] = /http:\/\/\S+\/booking\/\S+/.exec(text) ?? [];
    return url === "" ? "" : new URL(url).pathname;
  };
  return { one, clock, gas, sink, settle, stranger: browser, enter, publish, linkTo };
}

/** The facts of `evening()`. */
export function factsOf(): GatheringFacts {
  const { kind, audience, name, summary, content, startsAt, endsAt, venue, street, comune } = evening();
  const { latitude, longitude, onlineUrl, takesBookings, capacity, closesAt } = evening();
  const what = { kind, audience, name, summary, content, startsAt, endsAt, venue, street, comune };
  return { ...what, latitude, longitude, onlineUrl, takesBookings, capacity, closesAt };
}

/** A stranger asks with that address and follows the link of the letter. */
export async function bookAs(hall: Hall, gathering: Gathering, email: string, guests = "0"): Promise<Browser> {
  const browser = hall.stranger();
  await ask(browser, gathering, email, guests);
  await hall.settle();
  const link = hall.linkTo(email);
  await browser.submit(await browser.get(link), link, { act: "prove" });
  await hall.settle();
  return browser;
}

/** A stranger sends the form. */
export async function ask(browser: Browser, gathering: Gathering, email: string, guests = "0", name = "Laura Neri") {
  const path = `/gas-fano/events/${gathering.id}/book`;
  return browser.submit(await browser.get(path), path, { name, email, guests, consent: "on" });
}
