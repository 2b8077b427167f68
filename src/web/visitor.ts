// Who is asking: the person behind a browser session and the seats they hold. What `members` tells `web`.

export const ROLES = [
  "admin",
  "referente",
  "treasurer",
  "cashier",
  "delivery",
  "producer",
  "district",
  "member",
] as const;
export type Role = (typeof ROLES)[number];

/** What kind of actor a desk belongs to. */
export type ActorKind = "gas" | "producer" | "district" | "node";

/** One role of one person in one actor of this node. */
export type Seat = {
  readonly actorId: string;
  readonly handle: string;
  readonly actorName: string;
  readonly actorKind: ActorKind;
  readonly role: Role;
  /** A referente's producers, by IRI; null: all of them. Null for every other role. */
  readonly producers: readonly string[] | null;
};

/** A person as every page knows them. `language` null follows the browser. */
export type Person = {
  readonly personId: string;
  readonly name: string;
  readonly language: "it" | "en" | null;
  /** May look after the node itself: its outbox, its blocks. Not implied by any seat. */
  readonly nodeAdmin: boolean;
  readonly seats: readonly Seat[];
  /** The producers whose list is kept by an actor they administer: into its catalog's desk and nowhere else. No seats of theirs. */
  readonly keeps?: readonly Seat[];
  /** Whether a second factor is asked of them, and until when they may do without one (epoch ms; null: it is not due). */
  readonly secondFactor?: { readonly isOn: boolean; readonly dueAt: number | null };
};

/** A person with a live session. `sessionKey` is the session's hash, never its id. */
export type Visitor = Person & { readonly sessionKey: string; readonly signedInAt: number };

/** After this long a signed-in person signs in again before money moves or their own sign-in changes (SAFETY section 8). */
const FRESH_MS = 30 * 60_000;

/** Whether a person signed in so lately that we still know it is them. */
export function isFresh({ signedInAt }: Visitor, now: number): boolean {
  return now - signedInAt < FRESH_MS;
}

/**
 * Whether a person sits at that actor in one of these roles. With `producerId`, a referente of named producers counts only for
 * theirs.
 */
export function holdsRole(
  person: Pick<Person, "seats"> | null | undefined,
  actorId: string,
  roles: readonly Role[],
  producerId?: string,
): boolean {
  return (person?.seats ?? []).some(
    (seat) =>
      seat.actorId === actorId && roles.includes(seat.role) && (producerId === undefined || reaches(seat, producerId)),
  );
}

/** Whether a seat's orders are also those of this producer; an object nobody knows is within reach of who may see all. */
export function reaches({ producers }: Seat, producerId: string | undefined): boolean {
  return producers === null || (producerId !== undefined && producers.includes(producerId));
}

/** The producers whose orders a person may run there: null all of them, empty none. `roles` see all but a named referente. */
export function producersInReach(
  person: Pick<Person, "seats"> | null | undefined,
  actorId: string,
  roles: readonly Role[],
): readonly string[] | null {
  const seats = (person?.seats ?? []).filter((seat) => seat.actorId === actorId && roles.includes(seat.role));
  if (seats.some(({ producers }) => producers === null)) return null;
  return [...new Set(seats.flatMap(({ producers }) => producers ?? []))];
}
