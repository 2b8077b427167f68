// What people of a demo home do beside ordering: places, shifts, who may join, a certificate, the treasurer's invoices.
import { describeActor } from "../../src/activitypub/actors.ts";
import { gatherCertificates } from "../../src/catalogs/certificate.ts";
import { renewCertificate } from "../../src/catalogs/certificateActions.ts";
import { listCurrentProducts } from "../../src/catalogs/store.ts";
import { transact } from "../../src/db/transact.ts";
import { romeTime } from "../../src/kernel/time.ts";
import { moveMoney, topUp } from "../../src/ledger/moneyActions.ts";
import { orderMoney } from "../../src/ledger/orderActions.ts";
import { pay, recordInvoice } from "../../src/ledger/supplierActions.ts";
import { askToJoin, changeJoining, type JoinWish } from "../../src/members/joining/joinActions.ts";
import { countWaiting, type Joining } from "../../src/members/joining/joinStore.ts";
import { changeRoles } from "../../src/members/seatActions.ts";
import { savePlace } from "../../src/orders/group/actions.ts";
import type { PlaceWish } from "../../src/orders/group/places.ts";
import { joinShift, planShift, turnsOf } from "../../src/orders/shifts/actions.ts";
import { forwardReport, makeReport, settleReport } from "../../src/partners/reports/reportActions.ts";
import { listOpenReports } from "../../src/partners/reports/reportStore.ts";
import { actorOf, demand, type Home, householdFor, personOf } from "./lookup.ts";

/** A task at the deliveries of an order, and who comes. */
export type Help = {
  readonly handle: string;
  readonly orderId: string;
  readonly task: string;
  readonly needed: number;
  readonly comers: readonly string[];
};

/** Cash that somebody of a household hands over, and how much of it is for the group's fund. */
type CashWish = {
  readonly handle: string;
  readonly by: string;
  readonly from: string;
  readonly cents: number;
  readonly giftCents: number;
  readonly memo: string;
};

export const lifeVerbs = {
  /** Lets a referente run the orders of these producers alone. */
  narrowReferente: (
    { house, db }: Home,
    { handle, email, by, producers }: { handle: string; email: string; by: string; producers: readonly string[] },
  ) => {
    const { id: actorId, kind } = actorOf(db, handle);
    const key = { actorId, kind, personId: personOf(db, email), byId: personOf(db, by) };
    return demand(changeRoles(house, key, { roles: ["referente"], producers })).seats;
  },

  describe: ({ node, db }: Home, wish: { handle: string; summary: string; contact: string }) => {
    const { handle, ...change } = wish;
    demand(transact(db, (tx) => describeActor(tx, actorOf(db, handle).id, change, node.wire.clock.now())));
  },

  addPlace: ({ node, db }: Home, { handle, place }: { handle: string; place: PlaceWish }) => {
    demand(savePlace(node.wire, actorOf(db, handle).id, null, place));
  },

  openJoining: ({ house, db }: Home, { handle, joining }: { handle: string; joining: Joining }) => {
    changeJoining(house, { actorId: actorOf(db, handle).id, byId: null }, joining);
  },

  /** Somebody outside asks; gives how many wait then. */
  askToJoin: ({ house, db }: Home, { handle, wish }: { handle: string; wish: JoinWish }) => {
    const { id: actorId } = actorOf(db, handle);
    demand(askToJoin(house, { actorId, handle }, wish));
    return countWaiting(db.orm, actorId);
  },

  /** A task at every time of an order's pickup, and people of the home who sign up for it. Gives how many will be there. */
  planHelp: ({ node, db }: Home, { handle, orderId, task, needed, comers }: Help) => {
    const { id: actorId } = actorOf(db, handle);
    const turns = () => turnsOf(db.orm, actorId, node.wire.clock.now()).filter((turn) => turn.orderId === orderId);
    for (const { pickupId } of turns()) {
      const refusal = planShift(node.wire, actorId, { orderId, pickupId, task, needed });
      if (refusal) throw new Error(refusal.refused);
    }
    const shifts = turns().flatMap((turn) => turn.shifts.filter((shift) => shift.task === task));
    for (const { id } of shifts)
      for (const email of comers) {
        const refusal = joinShift(node.wire, actorId, id, personOf(db, email), true);
        if (refusal) throw new Error(refusal.refused);
      }
    return shifts.length * comers.length;
  },

  /** Writes another last day into the first certificate of a list. Gives how many products carry it. */
  dateCertificate: ({ node, db }: Home, { handle, validUntil }: { handle: string; validUntil: string }) => {
    const actor = actorOf(db, handle);
    const [first] = gatherCertificates(listCurrentProducts(db.orm, actor.id));
    if (!first) throw new Error(`no certificate of ${handle}`);
    const { body, operatorCode } = first;
    return demand(renewCertificate(node.wire, actor, first.key, { body, operatorCode, validUntil })).count;
  },

  /** Somebody tells who looks after the node about an actor elsewhere, who passes it on in words of their own. */
  reportOn: async (
    { node, db }: Home,
    wish: { handle: string; from: string; by: string; about: string; content: string; passedOn: string },
  ) => {
    const accused = await node.wire.senders.findActor(wish.about);
    if ("failed" in accused) throw new Error(accused.detail);
    const reporter = { actorId: actorOf(db, wish.handle).id, personId: personOf(db, wish.from) };
    demand(makeReport(node.wire, reporter, accused, { about: "", content: wish.content }));
    const [report] = listOpenReports(db.orm, 1);
    if (!report) throw new Error("no report");
    demand(
      forwardReport(node.wire, accused, { id: report.id, decidedBy: personOf(db, wish.by), content: wish.passedOn }),
    );
  },

  /** Whoever looks after the node reads what others reported and puts it aside. Gives the reports' words. */
  settleReports: ({ node, db }: Home, { by }: { by: string }) =>
    listOpenReports(db.orm, 10).map(({ id, content }) => {
      demand(settleReport(node.wire, { id, decidedBy: personOf(db, by) }));
      return content;
    }),

  /** Money into the cash box, as the cashier enters it; and a gift to the group's fund. */
  takeCash: ({ node, db }: Home, wish: CashWish) => {
    const { actorId, id: householdId } = householdFor(db, wish.handle, wish.from);
    const at = node.wire.clock.now();
    const act = { actorId, memo: wish.memo, at, personId: personOf(db, wish.by), ownHouseholdId: null };
    transact(db, (tx) => {
      const paid = { householdId, till: "cash", cents: wish.cents } as const;
      demand(topUp(tx, paid, { ...act, businessKey: `cash:${householdId}:${at}` }));
      const gift = { kind: "donation", householdId, till: "cash", cents: wish.giftCents } as const;
      demand(moveMoney(tx, gift, { ...act, businessKey: `gift:${householdId}:${at}` }));
    });
  },

  /** An invoice over what an order came to, and a part of it paid by bank. */
  recordInvoice: (
    { node, db }: Home,
    wish: { handle: string; by: string; orderId: string; producerIri: string; number: string; paidCents: number },
  ) => {
    const { handle, by, orderId, producerIri: producerId, number, paidCents } = wish;
    const at = node.wire.clock.now();
    const act = { actorId: actorOf(db, handle).id, at, personId: personOf(db, by) };
    transact(db, (tx) => {
      const { payableCents: cents } = orderMoney(tx, act.actorId, orderId);
      const dates = { issuedOn: romeTime(at).date, dueOn: null };
      const bill = { ...{ producerId, number, ...dates, totalCents: cents, vat: [], note: "" } };
      demand(recordInvoice(tx, { ...bill, orders: [{ orderId, cents }] }, act));
      const part = { producerId, till: "bank", orders: [{ orderId, cents: paidCents }], memo: number } as const;
      demand(pay(tx, { ...part, businessKey: `pay:${orderId}` }, act));
    });
  },
};
