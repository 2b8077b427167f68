// Every rule by which partners arrive, for the inbox.
import type { InboxRule } from "../activitypub/inbox.ts";
import type { Wire } from "../activitypub/wire.ts";
import { followInboxRules } from "./follows/followActivities.ts";
import { keeperInboxRule } from "./keeperActivities.ts";
import { keyInboxRules } from "./keys/keyActivities.ts";
import { moveInboxRule } from "./leaving/moveActivities.ts";
import { pactInboxRules } from "./pacts/pactActivities.ts";

/** Follow, key and pact rules, reports, and what keepers of lists say. */
export function partnersInboxRules(wire: Wire): InboxRule[] {
  return [
    ...followInboxRules(wire),
    ...keyInboxRules(wire),
    ...pactInboxRules(wire),
    moveInboxRule,
    keeperInboxRule(wire),
  ];
}
