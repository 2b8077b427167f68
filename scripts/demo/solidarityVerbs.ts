// What a group of the demo does for who has less: goods left for others, families known by a tree, the fund; and what its database says.
import { randomBytes } from "node:crypto";
import { encodeId } from "../../src/kernel/ids.ts";
import { standingOf } from "../../src/ledger/creditActions.ts";
import { loadBalance } from "../../src/ledger/store.ts";
import { acceptInvitation } from "../../src/members/actions.ts";
import { nameFamily } from "../../src/orders/solidarity/familyActions.ts";
import { allocate, chooseRules, proposeShares } from "../../src/orders/solidarity/fundActions.ts";
import { type FundRules, listFamilies, listSuspended } from "../../src/orders/solidarity/store.ts";
import { giveSuspended, leaveSuspended } from "../../src/orders/solidarity/suspendedActions.ts";
import { words } from "../../src/web/words.ts";
import { actorOf, demand, type Home, householdFor, type Looking, personOf } from "./lookup.ts";
import { type Acting, lineOf, orderOf } from "./orderVerbs.ts";

export const solidarityVerbs = {
  /** A household books packages of a product for whoever needs them. Gives what its basket comes to then, or what was refused. */
  leaveForOthers: (
    { node, db, config }: Home,
    { handle, orderId, email, productIri, packages }: Acting & { productIri: string; packages: number },
  ) => {
    const { actorId, id: householdId } = householdFor(db, handle, email);
    const { number, goods } = lineOf(orderOf(db, { handle, orderId }), productIri);
    const name = words(config.language)("solidarity.leave.friend");
    const place = { actorId, orderId, householdId, personId: personOf(db, email), name, onceKey: makeKey() };
    const left = leaveSuspended(node.wire, place, number, Math.round(goods.packageThousandths * packages));
    return "refused" in left ? left : { totalCents: left.basket.totalCents };
  },

  chooseFund: ({ node, db }: Home, { handle, by, rules }: { handle: string; by: string; rules: FundRules }) => {
    chooseRules(node.wire, actorOf(db, handle).id, rules, personOf(db, by));
  },

  /** Gives families trees' names, and takes the seats that their links are to. What a service keeps of each is its code. */
  nameFamilies: ({ house, db }: Home, { handle, by, families }: FamiliesWish) => {
    const { id: actorId } = actorOf(db, handle);
    return families.map(({ points, capCents, service }) => {
      const { name, code, url } = demand(
        nameFamily(house, actorId, { points, capCents, service }, personOf(db, by), makeKey()),
      );
      demand(acceptInvitation(house, url.slice(url.lastIndexOf("/") + 1), { name: "", email: null }, standingOf));
      return { name, code };
    });
  },

  /** Gives the first of what was left of a product to the family whose turn it is. */
  giveLeft: ({ node, db }: Home, { handle, orderId, email, productIri }: Acting & { productIri: string }) => {
    const { number: lineNumber } = lineOf(orderOf(db, { handle, orderId }), productIri);
    const key = { actorId: actorOf(db, handle).id, orderId, personId: personOf(db, email) };
    return { familyName: demand(giveSuspended(node.wire, key, { lineNumber, onceKey: makeKey() })).familyName ?? "" };
  },

  /** How much of what was left in an order still waits for somebody, in lines. */
  countLeft: ({ db }: Looking, { orderId }: { orderId: string }) =>
    listSuspended(db.orm, orderId).filter(({ state }) => state === null).length,

  /** Shares out what the rules say of the fund, as it is proposed now. */
  shareFund: ({ node, db, config }: Home, { handle, by }: { handle: string; by: string }) => {
    const { id: actorId } = actorOf(db, handle);
    const { stamp } = proposeShares(db.orm, actorId, node.wire.clock.now());
    const memo = words(config.language)("solidarity.share.memo");
    return demand(allocate(node.wire, actorId, personOf(db, by), { stamp, onceKey: makeKey(), memo }));
  },

  /** What the fund holds, and what each family has, in cents. */
  showFund: ({ db }: Looking, { handle }: { handle: string }) => {
    const { id } = actorOf(db, handle);
    const families = listFamilies(db.orm, id).map(({ name, householdId }) => {
      return { name, cents: loadBalance(db.orm, id, { kind: "household", ref: householdId }) };
    });
    return { cents: loadBalance(db.orm, id, { kind: "solidarity" }), families };
  },
};

type FamiliesWish = {
  readonly handle: string;
  readonly by: string;
  readonly families: readonly { readonly points: number; readonly capCents: number; readonly service: string }[];
};

function makeKey(): string {
  return encodeId(randomBytes(16));
}
