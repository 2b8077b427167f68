CREATE TABLE `follows` (
	`actor_id` text NOT NULL,
	`direction` text NOT NULL,
	`peer` text NOT NULL,
	`host` text NOT NULL,
	`state` text NOT NULL,
	`follow_iri` text NOT NULL,
	`inbox` text NOT NULL,
	`shared_inbox` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `direction`, `peer`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "follows_direction" CHECK("follows"."direction" IN ('in', 'out')),
	CONSTRAINT "follows_state_known" CHECK("follows"."state" IN ('requested', 'accepted', 'rejected', 'ended'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `follows_peer` ON `follows` (`peer`,`direction`);--> statement-breakpoint
CREATE INDEX `follows_state` ON `follows` (`actor_id`,`direction`,`state`,`host`);--> statement-breakpoint
CREATE TABLE `pact_halves` (
	`actor_id` text NOT NULL,
	`iri` text NOT NULL,
	`party` text NOT NULL,
	`relationship_iri` text NOT NULL,
	`sequence` integer NOT NULL,
	`status` text NOT NULL,
	PRIMARY KEY(`actor_id`, `iri`, `party`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`iri`) REFERENCES `pacts`(`actor_id`,`iri`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pact_halves_party" CHECK("pact_halves"."party" IN ('buyer', 'seller')),
	CONSTRAINT "pact_halves_status" CHECK("pact_halves"."status" IN ('active', 'suspended'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `pact_messages` (
	`actor_id` text NOT NULL,
	`activity_iri` text NOT NULL,
	`iri` text NOT NULL,
	`sender` text NOT NULL,
	`kind` text NOT NULL,
	`number` integer NOT NULL,
	`digest` text NOT NULL,
	`bytes` blob NOT NULL,
	`proven_by` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `activity_iri`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pact_messages_kind" CHECK("pact_messages"."kind" IN ('offer', 'accept', 'reject', 'update', 'undo', 'notice', 'notice-answer'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `pact_messages_thread` ON `pact_messages` (`actor_id`,`iri`,`at`);--> statement-breakpoint
CREATE INDEX `pact_messages_name` ON `pact_messages` (`activity_iri`);--> statement-breakpoint
CREATE UNIQUE INDEX `pact_messages_once` ON `pact_messages` (`actor_id`,`iri`,`sender`,`kind`,`number`) WHERE number > 0;--> statement-breakpoint
CREATE TABLE `pact_revisions` (
	`actor_id` text NOT NULL,
	`iri` text NOT NULL,
	`revision` integer NOT NULL,
	`offered_by` text NOT NULL,
	`offer_iri` text NOT NULL,
	`offer_digest` text NOT NULL,
	`terms` text NOT NULL,
	`keys` text NOT NULL,
	`ends_at` integer,
	`accept_iri` text,
	`reject_iri` text,
	`reject_reason` text,
	PRIMARY KEY(`actor_id`, `iri`, `revision`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`iri`) REFERENCES `pacts`(`actor_id`,`iri`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pact_revisions_offered_by" CHECK("pact_revisions"."offered_by" IN ('buyer', 'seller')),
	CONSTRAINT "pact_revisions_one_answer" CHECK("pact_revisions"."accept_iri" IS NULL OR "pact_revisions"."reject_iri" IS NULL)
) STRICT;
--> statement-breakpoint
CREATE TABLE `pacts` (
	`actor_id` text NOT NULL,
	`iri` text NOT NULL,
	`peer` text NOT NULL,
	`host` text NOT NULL,
	`inbox` text NOT NULL,
	`buyer` text NOT NULL,
	`seller` text NOT NULL,
	`state` text NOT NULL,
	`ended_by` text,
	`resume_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `iri`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pacts_state" CHECK("pacts"."state" IN ('proposed', 'live', 'refused', 'ended')),
	CONSTRAINT "pacts_ended_by" CHECK("pacts"."ended_by" IN ('buyer', 'seller', 'time')),
	CONSTRAINT "pacts_parties" CHECK("pacts"."actor_id" IN ("pacts"."buyer", "pacts"."seller") AND "pacts"."buyer" <> "pacts"."seller")
) STRICT;
--> statement-breakpoint
CREATE INDEX `pacts_peer` ON `pacts` (`actor_id`,`peer`,`state`);--> statement-breakpoint
CREATE INDEX `pacts_resume` ON `pacts` (`resume_at`) WHERE resume_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `pinned_keys` (
	`actor_id` text NOT NULL,
	`peer` text NOT NULL,
	`key_id` text NOT NULL,
	`multibase` text NOT NULL,
	`pinned_by` text NOT NULL,
	`pinned_at` integer NOT NULL,
	`retired_at` integer,
	PRIMARY KEY(`actor_id`, `peer`, `key_id`, `pinned_at`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pinned_keys_by" CHECK("pinned_keys"."pinned_by" IN ('pact', 'notice', 'person'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `pinned_keys_current` ON `pinned_keys` (`actor_id`,`peer`) WHERE retired_at IS NULL;--> statement-breakpoint
CREATE TABLE `reports` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`sender` text NOT NULL,
	`host` text NOT NULL,
	`objects` text NOT NULL,
	`content` text NOT NULL,
	`at` integer NOT NULL,
	`seen_at` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `reports_unseen` ON `reports` (`at`) WHERE seen_at IS NULL;