// Founding a group with a network's help: asking, ticking steps, the network's word, and the group of its own node that closes it. DOMAIN 2.7.
import { randomBytes } from "node:crypto";
import { loadActor, loadRemoteActor } from "../../activitypub/store.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { plainAddress } from "../../members/signIn.ts";
import { tellCarers, tellCoordinators } from "../../members/tellActions.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { readLink } from "../../web/linkTokens.ts";
import type { Language, Say } from "../../web/words.ts";
import { foldText } from "../index/terms.ts";
import { type Comune, findComune } from "../places/places.ts";
import { readActorFacts } from "../reading/entries.ts";
import { type FoundingWish, stepFounding, tickSteps } from "./guide.ts";
import { signWay, writeMail } from "./mailActions.ts";
import {
  countAsked,
  type Founding,
  findOpenFounding,
  insertFounding,
  listAgreedOwnNode,
  listMembersSince,
  loadFounding,
  updateFounding,
} from "./store.ts";

/** So many may wait for one network's word. */
const MOST_ASKED = 100;

/** What somebody writes who founds a group. */
export type FoundWish = {
  readonly name: string;
  readonly email: string;
  readonly groupName: string;
  readonly place: Comune;
  readonly wish: FoundingWish;
  readonly language: Language;
};

/**
 * Keeps a founding and tells who coordinates. The way to its page goes to the address by mail; on a node that sends none it is `url`. Where
 * there is mail, asking again under one address is asking once: the page is the same. `delivery` settles once the server has answered.
 * Refuses `not-found`, `join-full`.
 */
export async function askFounding(
  house: MembersHouse,
  networkId: string,
  wish: FoundWish,
): Promise<{ asked: true; url: string | null; delivery: Promise<void> } | Refusal> {
  const network = loadActor(house.db.orm, networkId);
  if (network?.kind !== "district" || network.goneAt !== null) return { refused: "not-found" };
  const kept = transact(house.db, (tx) => keepFounding(tx, house, networkId, wish));
  if (isRefusal(kept)) return kept;
  const { founding, isNew } = kept;
  const sign = () => signWay(house, "found", { id: founding.id, handle: network.handle });
  if (!house.mailer) return { asked: true, url: await sign(), delivery: Promise.resolve() };
  const answered = new Promise<void>((resolve) => setImmediate(resolve));
  const write = async () =>
    writeMail(house, { email: founding.byEmail, language: founding.language }, "progress", {
      ...{ name: founding.byName, group: founding.name, network: network.name, url: await sign() },
    });
  return { asked: true, url: null, delivery: isNew ? answered.then(write) : answered };
}

function keepFounding(
  tx: Tx,
  house: MembersHouse,
  actorId: string,
  wish: FoundWish,
): { founding: Founding; isNew: boolean } | Refusal {
  const byEmail = plainAddress(wish.email);
  const known = house.mailer ? findOpenFounding(tx, actorId, byEmail) : undefined;
  if (known) return { founding: known, isNew: false };
  if (countAsked(tx, actorId) >= MOST_ASKED) return { refused: "join-full" };
  const { groupName, place, name: byName, language } = wish;
  const founding: Founding = {
    ...{ id: encodeId(randomBytes(16)), actorId, name: groupName, istat: place.istat, comune: place.name },
    ...{ wish: wish.wish, state: "asked", byName, byEmail, language, steps: [], madeUri: null },
    ...{ createdAt: house.clock.now(), decidedAt: null, decidedBy: null },
  };
  insertFounding(tx, founding);
  const network = loadActor(tx, actorId);
  const facts = { group: groupName, comune: place.name, name: byName, network: network?.name ?? "" };
  const url = `${house.origin}/desk/${network?.handle ?? ""}/network/founding`;
  tellCoordinators(house)(tx, actorId, {
    businessKey: `founding:${founding.id}`,
    write: (say: Say) => ({
      subject: say("founding.mail.askedSubject", facts),
      text: say("founding.mail.askedText", { ...facts, url }),
    }),
  });
  return { founding, isNew: true };
}

/** The founding a link is of. Refuses `link-spent`. */
export async function readFounding(house: MembersHouse, networkId: string, token: string): Promise<Founding | Refusal> {
  const link = await readLink(house, "found", token, house.clock.now());
  if (isRefusal(link)) return link;
  const founding = loadFounding(house.db.orm, link.subject);
  return founding?.actorId === networkId ? founding : { refused: "link-spent" };
}

/** Keeps which steps they have done. */
export function saveSteps(house: MembersHouse, foundingId: string, ticked: readonly unknown[]): void {
  transact(house.db, (tx) => updateFounding(tx, foundingId, { steps: tickSteps(ticked) }));
}

/** Which founding of which network, and who decides. */
export type FoundingKey = { readonly actorId: string; readonly id: string; readonly byId: string };

/**
 * The network's word, written to who asked; of what shall be hosted also to whoever looks after the node, who makes it. Refuses `not-found`,
 * `founding-decided`.
 */
export function decideFounding(
  house: MembersHouse,
  { actorId, id, byId }: FoundingKey,
  decision: "agreed" | "refused",
): { founding: Founding; delivery: Promise<void> } | Refusal {
  const decidedAt = house.clock.now();
  const network = loadActor(house.db.orm, actorId);
  const decided = transact(house.db, (tx) => {
    const founding = loadFounding(tx, id);
    if (!network || founding?.actorId !== actorId) return { refused: "not-found" };
    const state = stepFounding(founding.state, decision);
    if (isRefusal(state)) return state;
    const change = { state, decidedAt, decidedBy: byId };
    updateFounding(tx, id, change);
    recordAudit(tx, { what: `founding-${decision}`, actorId, byId, aboutId: null, detail: "", at: decidedAt });
    if (decision === "agreed" && founding.wish === "hosted") tellMakers(house, tx, founding, network.name);
    return { ...founding, ...change };
  });
  if (isRefusal(decided)) return decided;
  const founding = decided as Founding;
  const what = decision === "refused" ? "refused" : founding.wish === "hosted" ? "agreed" : "agreedOwn";
  const write = async () =>
    writeMail(house, { email: founding.byEmail, language: founding.language }, what, {
      ...{ name: founding.byName, group: founding.name, network: network?.name ?? "" },
      url: await signWay(house, "found", { id, handle: network?.handle ?? "" }),
    });
  return { founding, delivery: write() };
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
