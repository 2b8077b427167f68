// Founding a group with a network's help: asking, ticking steps, the network's word, and the group of its own node that closes it. DOMAIN 2.7.

import { randomBytes } from "node:crypto";
import { loadActor, loadRemoteActor } from "../../activitypub/store.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { foldText } from "../../kernel/foldText.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { queueLetter } from "../../members/letters/letterActions.ts";
import { isLetterOwed } from "../../members/letters/letterStore.ts";
import { tellCarers, tellCoordinators } from "../../members/notices/tellActions.ts";
import { plainAddress } from "../../members/signIn.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { readLink } from "../../web/linkTokens.ts";
import type { Language, Say } from "../../web/words.ts";
import { type Comune, findComune } from "../places/places.ts";
import { readActorFacts } from "../reading/entries.ts";
import { type FoundingWish, stepFounding, tickSteps } from "./guide.ts";
import { originOf, signWay } from "./letterActions.ts";
import { isFlood } from "./seeking.ts";
import {
  deleteFounding,
  type Founding,
  findOpenFounding,
  insertFounding,
  listAgreedOwnNode,
  listMembersSince,
  loadFounding,
  updateFounding,
  weighFoundings,
} from "./store.ts";

/** So many may wait for one network's word. */
const MOST_ASKED = 100;
const DAY = 86_400_000;

/** What somebody writes who founds a group. `address`: the network address they write from. */
export type FoundWish = {
  readonly address: string;
  readonly name: string;
  readonly email: string;
  readonly groupName: string;
  readonly place: Comune;
  readonly wish: FoundingWish;
  readonly language: Language;
};

/**
 * Keeps a founding; who coordinates is told once its page is opened. The way to its page is owed to the address by mail; on a node that
 * sends none it is `url`. Where there is mail, asking again under one address is asking once: the page is the same, one letter a day at most
 * goes there, and nobody is told that the address was known, not even where the network can keep no more (`isFull`). Refuses `not-found`; on a
 * node without mail `join-full`.
 */
export async function askFounding(
  house: MembersHouse,
  networkId: string,
  wish: FoundWish,
): Promise<{ asked: true; isFull: boolean; url: string | null } | Refusal> {
  const network = loadActor(house.db.orm, networkId);
  if (network?.kind !== "district" || network.goneAt !== null) return { refused: "not-found" };
  const founding = transact(house.db, (tx) => keepFounding(tx, house, networkId, wish));
  if (isRefusal(founding)) return founding;
  const url =
    !house.mailer && founding ? await signWay(house, "found", { id: founding.id, handle: network.handle }) : null;
  return { asked: true, isFull: founding === null, url };
}

function keepFounding(
  tx: Tx,
  house: MembersHouse,
  actorId: string,
  wish: FoundWish,
): Founding | null | Refusal<"join-full"> {
  const now = house.clock.now();
  const byEmail = plainAddress(wish.email);
  const known = house.mailer ? findOpenFounding(tx, actorId, byEmail) : undefined;
  if (known) {
    const isToWrite = now - (known.writtenAt ?? 0) >= DAY && !isLetterOwed(tx, "founding", known.id);
    if (isToWrite) oweWord(tx, house, known);
    return known;
  }
  const { groupName, place, name: byName, language, address } = wish;
  const origin = originOf(house, { email: byEmail, address });
  if (isFlood(weighFoundings(tx, actorId, origin), MOST_ASKED)) return house.mailer ? null : { refused: "join-full" };
  const founding: Founding = {
    ...{ id: encodeId(randomBytes(16)), actorId, name: groupName, istat: place.istat, comune: place.name },
    ...{ wish: wish.wish, state: "asked", byName, byEmail, language, steps: [], madeUri: null },
    ...{ createdAt: now, decidedAt: null, decidedBy: null, openedAt: null, writtenAt: now, fromHash: origin.fromHash },
  };
  insertFounding(tx, founding);
  oweWord(tx, house, founding);
  // Where there is no mail the way to the page is handed to who asks, and is as good as opened.
  if (!house.mailer) openFounding(tx, house, founding);
  return founding;
}

/** Owes who founds a letter that says how it stands. */
export function oweWord(tx: Tx, house: MembersHouse, { id, actorId }: Pick<Founding, "id" | "actorId">): void {
  const writtenAt = house.clock.now();
  updateFounding(tx, id, { writtenAt });
  queueLetter(tx, house, { actorId, kind: "founding", subjectId: id }, writtenAt);
}

/** Its page is opened for the first time: who coordinates is told. */
function openFounding(tx: Tx, house: MembersHouse, { id, actorId, name: group, comune, byName: name }: Founding): void {
  updateFounding(tx, id, { openedAt: house.clock.now(), fromHash: null });
  const network = loadActor(tx, actorId);
  const facts = { group, comune, name, network: network?.name ?? "" };
  const url = `${house.origin}/desk/${network?.handle ?? ""}/network/founding`;
  tellCoordinators(house)(tx, actorId, {
    businessKey: `founding:${id}`,
    write: (say: Say) => ({
      subject: say("founding.mail.askedSubject", facts),
      text: say("founding.mail.askedText", { ...facts, url }),
    }),
  });
}

/** The founding a link is of, whose network hears of it the first time. Refuses `link-spent`. */
export async function readFounding(house: MembersHouse, networkId: string, token: string): Promise<Founding | Refusal> {
  const link = await readLink(house, "found", token, house.clock.now());
  if (isRefusal(link)) return link;
  return transact(house.db, (tx) => {
    const founding = loadFounding(tx, link.subject);
    if (founding?.actorId !== networkId) return { refused: "link-spent" };
    if (founding.openedAt === null) openFounding(tx, house, founding);
    return founding;
  });
}

/** Who asked takes it back: nothing of it is kept. Refuses `founding-decided` once the group is made. */
export function forgetFounding(house: MembersHouse, id: string): { forgotten: true } | Refusal {
  return transact(house.db, (tx) => {
    if (loadFounding(tx, id)?.state === "made") return { refused: "founding-decided" };
    deleteFounding(tx, id);
    return { forgotten: true };
  });
}

/** Keeps which steps they have done. */
export function saveSteps(house: MembersHouse, foundingId: string, ticked: readonly unknown[]): void {
  transact(house.db, (tx) => updateFounding(tx, foundingId, { steps: tickSteps(ticked) }));
}

/** Which founding of which network, and who decides. */
export type FoundingKey = { readonly actorId: string; readonly id: string; readonly byId: string };

/**
 * The network's word, owed to who asked; of what shall be hosted also to whoever looks after the node, who makes it. Refuses `not-found`,
 * `founding-decided`.
 */
export function decideFounding(
  house: MembersHouse,
  { actorId, id, byId }: FoundingKey,
  decision: "agreed" | "refused",
): { state: Founding["state"] } | Refusal {
  const decidedAt = house.clock.now();
  const network = loadActor(house.db.orm, actorId);
  return transact(house.db, (tx) => {
    const founding = loadFounding(tx, id);
    if (!network || founding?.actorId !== actorId) return { refused: "not-found" };
    const state = stepFounding(founding.state, decision);
    if (isRefusal(state)) return state;
    updateFounding(tx, id, { state, decidedAt, decidedBy: byId });
    oweWord(tx, house, founding);
    recordAudit(tx, { what: `founding-${decision}`, actorId, byId, aboutId: null, detail: "", at: decidedAt });
    if (decision === "agreed" && founding.wish === "hosted") tellMakers(house, tx, founding, network.name);
    return { state };
  });
}

function tellMakers(house: MembersHouse, tx: Tx, { id, name }: Founding, network: string): void {
  const facts = { group: name, network, url: `${house.origin}/node/hosting` };
  tellCarers(house, tx, {
    ...{ kind: "join-asked", businessKey: `hosting:${id}` },
    write: (say) => ({
      subject: say("founding.mail.toMakeSubject", facts),
      text: say("founding.mail.toMakeText", facts),
    }),
  });
}

/**
 * Whom the network agreed with to found on a node of their own is done once a group of that name and comune is its member. Whatever is
 * less sure is left to people. Returns how many.
 */
export function closeFoundings(house: Pick<MembersHouse, "db">): number {
  const open = listAgreedOwnNode(house.db.orm);
  if (open.length === 0) return 0;
  return transact(house.db, (tx) => {
    const taken = new Set<string>();
    for (const { id, actorId, istat, name, createdAt } of open) {
      const peers = listMembersSince(tx, actorId, createdAt).filter((peer) => !taken.has(peer));
      const madeUri = peers.find((peer) => isGroupOf(tx, peer, { istat, name }));
      if (madeUri === undefined) continue;
      taken.add(madeUri);
      updateFounding(tx, id, { state: "made", madeUri });
    }
    return taken.size;
  });
}

function isGroupOf(tx: Tx, peer: string, { istat, name }: Pick<Founding, "istat" | "name">): boolean {
  const own = loadActor(tx, peer);
  const remote = own ? undefined : loadRemoteActor(tx, peer);
  const group = own ?? remote;
  if (group?.kind !== "gas" || foldText(group.name) !== foldText(name)) return false;
  const place = own ? own.place : remote ? readActorFacts(remote).placeName : "";
  return findComune(place)?.istat === istat;
}
