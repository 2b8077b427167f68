// Every rule by which networks arrive, for the inbox.
import type { InboxRule } from "../activitypub/inbox.ts";
import type { Wire } from "../activitypub/wire.ts";
import { membershipInboxRules } from "./membership/activities.ts";

/** Memberships and what members say to everybody. */
export function networkInboxRules(wire: Wire): InboxRule[] {
  return [...membershipInboxRules(wire)];
}
