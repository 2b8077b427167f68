// Writing to the people behind an actor about something another room found out: which people is this room's matter.
import type { Tx } from "../../db/transact.ts";
import type { MembersHouse } from "../actions.ts";
import { listCarers, listSeated } from "../seatStore.ts";
import { type Notice, queueNotice } from "./noticeActions.ts";

/** Writes to everybody who sells for an actor about its certificates or its orders, inside the caller's transaction; each event once. */
export function tellSellers(house: MembersHouse, kind: "certificate" | "order-received") {
  return (tx: Tx, actorId: string, notice: Pick<Notice, "businessKey" | "write">): void => {
    const sellers = listSeated(tx, actorId).filter(({ seats }) =>
      seats.some(({ role }) => role === "admin" || role === "producer"),
    );
    for (const { personId } of sellers) queueNotice(tx, house, { ...notice, personId, kind }, house.clock.now());
  };
}

/** Writes to everybody who administers or coordinates an actor about its networks, inside the caller's transaction; each event once. */
export function tellCoordinators(house: MembersHouse) {
  return (tx: Tx, actorId: string, notice: Pick<Notice, "businessKey" | "write">): void => {
    const people = listSeated(tx, actorId).filter(({ seats }) =>
      seats.some(({ role }) => role === "admin" || role === "district"),
    );
    for (const { personId } of people)
      queueNotice(tx, house, { ...notice, personId, kind: "join-asked" }, house.clock.now());
  };
}

/** Writes to everybody who looks after the node, inside the caller's transaction; each event once. */
export function tellCarers(house: MembersHouse, tx: Tx, notice: Omit<Notice, "personId">): void {
  for (const personId of listCarers(tx)) queueNotice(tx, house, { ...notice, personId }, house.clock.now());
}
