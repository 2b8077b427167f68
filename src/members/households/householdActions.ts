// What can happen to a household: its name, the friends it books for.
import { type Db, transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { insertFriend, listFriends, loadHousehold, removeFriendRow, saveHouseholdName } from "./householdStore.ts";

/** What these actions need of the node. */
export type HouseholdDesk = { readonly db: Db; readonly clock: { now(): number } };

/** A household of one GAS. */
export type HouseholdKey = { readonly actorId: string; readonly householdId: string };

const NAME_LENGTH = 200;
const FRIENDS_MAX = 50;

/** Calls a household by another name. Refuses `not-found`, `bad-name`. */
export function renameHousehold(desk: HouseholdDesk, key: HouseholdKey, name: string): { name: string } | Refusal {
  return transact(desk.db, (tx) => {
    if (!loadHousehold(tx, key.actorId, key.householdId)) return { refused: "not-found" };
    const wanted = name.trim();
    if (wanted === "" || wanted.length > NAME_LENGTH) return { refused: "bad-name" };
    saveHouseholdName(tx, key.householdId, wanted);
    return { name: wanted };
  });
}

/** Adds somebody the household books for. Refuses `not-found`, `bad-name`, `too-many-friends`. */
export function addFriend(desk: HouseholdDesk, key: HouseholdKey, name: string): { friendId: string } | Refusal {
  return transact(desk.db, (tx) => {
    if (!loadHousehold(tx, key.actorId, key.householdId)) return { refused: "not-found" };
    const wanted = name.trim();
    if (wanted === "" || wanted.length > NAME_LENGTH) return { refused: "bad-name" };
    if (listFriends(tx, key.householdId).length >= FRIENDS_MAX)
      return { refused: "too-many-friends", limit: FRIENDS_MAX };
    return { friendId: insertFriend(tx, key.actorId, key.householdId, wanted, desk.clock.now()) };
  });
}

/** Books for this friend no more; what they have stays theirs. Refuses `not-found`. */
export function removeFriend(desk: HouseholdDesk, key: HouseholdKey, friendId: string): { removed: string } | Refusal {
  return transact(desk.db, (tx) => {
    const isOurs = loadHousehold(tx, key.actorId, key.householdId) !== undefined;
    if (!isOurs || !removeFriendRow(tx, key.householdId, friendId, desk.clock.now())) return { refused: "not-found" };
    return { removed: friendId };
  });
}
