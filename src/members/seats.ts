// Which seats an actor has, and what may become of them. Pure: rows and wishes are arguments. SAFETY section 8, C44.
import type { Refusal } from "../kernel/refusal.ts";
import type { ActorKind, Role } from "../web/visitor.ts";

const ROLES_OF_KIND: Readonly<Record<ActorKind, readonly Role[]>> = {
  gas: ["member", "referente", "cashier", "delivery", "treasurer", "admin"],
  producer: ["producer", "admin"],
  district: ["district", "admin"],
  node: [],
};

/** The seats that make sense at an actor of this kind. */
export function rolesOf(kind: ActorKind): readonly Role[] {
  return ROLES_OF_KIND[kind];
}

/** A person's seat at one actor. `producers` null: all of them. */
export type HeldSeat = { readonly role: Role; readonly producers: readonly string[] | null };

/** What somebody who administers an actor wants of a person there. `otherAdmins`: enabled people who administer it too. */
export type SeatWish = {
  readonly kind: ActorKind;
  readonly held: readonly HeldSeat[];
  readonly roles: readonly Role[];
  /** For a referente; none: all producers. */
  readonly producers: readonly string[];
  readonly otherAdmins: number;
};

/**
 * The seats the person has then. A member's stays: who leaves a group settles first (`leaveGroup`). Refuses `bad-request` for a role
 * that does not exist there, `last-admin` where nobody would be left to administer.
 */
export function weighSeats(wish: SeatWish): HeldSeat[] | Refusal<"bad-request" | "last-admin"> {
  const { held, kind, producers, otherAdmins } = wish;
  const hadRole = (role: Role) => held.some((seat) => seat.role === role);
  const roles = rolesOf(kind).filter((role) => wish.roles.includes(role) || (role === "member" && hadRole(role)));
  if (wish.roles.some((role) => !rolesOf(kind).includes(role))) return { refused: "bad-request" };
  if (hadRole("admin") && !roles.includes("admin") && otherAdmins === 0) return { refused: "last-admin" };
  return roles.map((role) => ({
    role,
    producers: role === "referente" && producers.length > 0 ? [...new Set(producers)].sort() : null,
  }));
}

/** An actor where a person sits, seen by whoever wants to shut them out of the node. */
export type PlaceOfPerson = { readonly isAdmin: boolean; readonly otherAdmins: number; readonly isMine: boolean };

/**
 * Whether somebody may shut a person out. Who looks after the node may for everybody; who administers an actor, for people who sit
 * nowhere else and do not look after the node. Nobody shuts themselves out, and nobody the last who administers.
 */
export function weighDisabling(
  wish: { readonly isSelf: boolean; readonly byNodeAdmin: boolean },
  person: { readonly nodeAdmin: boolean; readonly otherNodeAdmins: number; readonly places: readonly PlaceOfPerson[] },
): Refusal<"not-yourself" | "sits-elsewhere" | "last-admin"> | null {
  if (wish.isSelf) return { refused: "not-yourself" };
  const isOnlyMine = person.places.every(({ isMine }) => isMine) && !person.nodeAdmin;
  if (!wish.byNodeAdmin && !isOnlyMine) return { refused: "sits-elsewhere" };
  const isLast = person.places.some(({ isAdmin, otherAdmins }) => isAdmin && otherAdmins === 0);
  return isLast || (person.nodeAdmin && person.otherNodeAdmins === 0) ? { refused: "last-admin" } : null;
}
