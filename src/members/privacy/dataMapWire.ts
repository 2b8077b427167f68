// The data map, part three: what other nodes and their people let us know, and what our groups say of themselves. Pure. SAFETY 9.
import type { PersonalTable } from "./dataMap.ts";

/** Data of people elsewhere: nobody here asks for them or leaves with them; their own node speaks for them. */
const REMOTE = {
  whose: "remote",
  why: "network",
  seen: ["admins", "node"],
  link: null,
  erased: "kept",
  exported: [],
} as const;
const GROUP = {
  whose: "group",
  why: "group",
  kept: "group",
  seen: ["everybody"],
  link: null,
  erased: "kept",
  exported: [],
} as const;

export const WIRE_DATA: readonly PersonalTable[] = [
  {
    table: "remote_actors",
    ...REMOTE,
    kept: "follow",
    held: ["id", "inbox", "handle", "name", "document"],
    plain: ["host", "shared_inbox", "is_filiera", "fetched_at", "gone_at"],
  },
  {
    table: "follows",
    ...REMOTE,
    kept: "follow",
    held: ["peer", "follow_iri", "inbox"],
    plain: ["actor_id", "direction", "host", "state", "shared_inbox", "created_at", "updated_at"],
  },
  {
    table: "memberships",
    ...REMOTE,
    kept: "follow",
    held: ["peer", "join_iri", "inbox", "reason"],
    plain: [
      ...["actor_id", "side", "host", "state", "charter_version", "charter_digest", "charter_text", "code", "since"],
      ...["created_at", "updated_at"],
    ],
  },
  {
    // Who shows itself to everybody; a small farm is often called like its farmer.
    table: "network_sources",
    ...REMOTE,
    kept: "follow",
    held: ["uri", "name", "vat"],
    plain: [
      ...[
        "host",
        "kind",
        "level",
        "claims",
        "is_discoverable",
        "is_indexable",
        "facts_key",
        "is_gone",
        "is_drop_due",
        "due_at",
      ],
      ...["actor_due_at", "members_due_at", "catalog_due_at", "cycles_due_at", "retry_at", "tried_at", "ok_at"],
      ...["members_iri", "members_etag", "catalog_iri", "catalog_seen", "catalog_resume", "catalog_started"],
      "catalog_started_at",
      ...["cycles_iri", "cycles_etag", "failures", "last_error", "took_ms", "spent_day", "spent_pages", "spent_items"],
      ...[
        "spent_ms",
        "entries",
        "lies",
        "lie",
        "lie_part",
        "lie_at",
        "heard",
        "joining",
        "join_page",
        "events_due_at",
        "events_iri",
        "events_etag",
      ],
      ...["statistics_due_at", "statistics_iri", "statistics_etag"],
    ],
  },
  {
    // Which farm's a VAT number is, of those that show it to everybody.
    table: "hub_claims",
    ...REMOTE,
    ...{ kept: "group", seen: ["everybody"] },
    held: ["subject", "vat"],
    plain: ["standing", "since"],
  },
  {
    // A supplier as another program described it: what it said of who sells, a farm is often called like its farmer.
    table: "hub_lists",
    ...REMOTE,
    ...{ kept: "group", seen: ["everybody"] },
    held: ["vat", "name", "block"],
    plain: ["actor_id", "token_id", "locality", "products", "changed_at", "sent_at"],
  },
  {
    // Whom a group would buy from, as its own sheet says them: many a farm is one person.
    table: "supplier_contacts",
    ...REMOTE,
    ...{ kept: "group", seen: ["admins"] },
    held: ["name", "email", "phone", "website", "place", "vat_number", "address", "referent", "note", "peer"],
    plain: [
      ...["id", "actor_id", "import_id", "state", "is_followed_by_list", "attempts", "next_at", "problem"],
      ...["invited_at", "created_at", "updated_at"],
    ],
  },
  {
    table: "inbox_log",
    ...REMOTE,
    kept: "arrivals",
    held: ["sender", "activity_id", "bytes"],
    plain: ["receiver", "type", "digest", "channel", "outcome", "refusal", "parked_for", "received_at", "thread"],
  },
  {
    table: "outbox",
    ...REMOTE,
    kept: "letters",
    held: ["inbox", "recipient"],
    plain: [
      ...["id", "activity_id", "actor_id", "host", "lane", "thread", "receipt_key", "state", "attempts", "next_at"],
      ...["lease_until", "token", "first_failed_at", "last_status", "last_error", "created_at", "finished_at"],
    ],
  },
  {
    table: "reports",
    // Of people here, those they made; what actors elsewhere sent has nobody in `person_id`.
    ...{ whose: "person", why: "safety", kept: "reports", seen: ["self", "node"] },
    ...{ link: { column: "person_id", of: "person" }, erased: "row" },
    exported: ["accused", "objects", "content", "at"],
    held: ["sender", "person_id", "decided_by"],
    plain: ["id", "actor_id", "host", "seen_at", "decision"],
  },
  {
    table: "security_events",
    ...REMOTE,
    ...{ why: "safety", kept: "refusals" },
    held: ["detail"],
    plain: ["id", "at", "code", "host"],
  },
  {
    table: "actors",
    ...GROUP,
    held: ["name", "summary", "place", "contact", "website", "icon"],
    plain: [
      ...["id", "handle", "kind", "level", "approves_followers", "discoverable", "indexable", "member_of"],
      ...["created_at", "updated_at", "retired_at", "gone_at", "moved_to", "also_known_as"],
      ...[
        "joining",
        "vat_number",
        "shows_statistics",
        "shows_prices",
        "kept_by",
        "keeps",
        "keeps_not",
        "website_due_at",
        "website_proven_at",
      ],
    ],
  },
  {
    table: "network_charters",
    ...GROUP,
    held: ["text"],
    plain: ["actor_id", "version", "digest", "created_at"],
  },
  {
    table: "joining",
    ...GROUP,
    held: ["about", "how"],
    plain: ["actor_id", "is_open", "places", "shows_producers", "updated_at"],
  },
  {
    table: "pickup_places",
    ...GROUP,
    seen: ["household", "handlers"],
    held: ["name", "address"],
    plain: ["id", "actor_id", "weekday", "from_time", "until_time", "created_at", "retired_at"],
  },
  {
    table: "activities",
    ...GROUP,
    kept: "agreement",
    held: ["json"],
    plain: ["id", "actor_id", "type", "is_public", "created_at"],
  },
  {
    // A role and its mailbox, which the parties give each other (PROTOCOL 7).
    table: "pact_revisions",
    ...GROUP,
    ...{ kept: "agreement", seen: ["admins"] },
    held: ["terms"],
    plain: [
      ...["actor_id", "iri", "revision", "offered_by", "offer_iri", "offer_digest", "keys", "ends_at", "accept_iri"],
      ...["reject_iri", "reject_reason", "epoch", "accept_epoch"],
    ],
  },
  {
    table: "pact_messages",
    ...GROUP,
    ...{ kept: "agreement", seen: ["nobody"] },
    held: ["bytes"],
    plain: ["actor_id", "activity_iri", "iri", "sender", "kind", "number", "digest", "proven_by", "at", "epoch"],
  },
  {
    table: "thread_messages",
    ...GROUP,
    ...{ kept: "agreement", seen: ["nobody"] },
    held: ["bytes"],
    plain: [
      ...["id", "actor_id", "thread", "activity_iri", "peer", "direction", "kind", "subject", "epoch", "number"],
      ...["sequence", "agreement_iri", "status", "digest", "proven_by", "at"],
    ],
  },
];
