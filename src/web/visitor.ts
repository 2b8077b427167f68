// Who is asking: the person behind a browser session and the seats they hold. What `members` tells `web`.
import type { Language } from "./words.ts";

export const ROLES = ["admin", "referente", "treasurer", "producer", "member"] as const;
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
};

/** A person as every page knows them. `language` null follows the browser. */
export type Person = {
  readonly personId: string;
  readonly name: string;
  readonly language: Language | null;
  /** May look after the node itself: its outbox, its blocks. Not implied by any seat. */
  readonly nodeAdmin: boolean;
  readonly seats: readonly Seat[];
};

/** A person with a live session. `sessionKey` is the session's hash, never its id. */
export type Visitor = Person & { readonly sessionKey: string; readonly signedInAt: number };
