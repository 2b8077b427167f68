CREATE TABLE `memberships` (
	`actor_id` text NOT NULL,
	`side` text NOT NULL,
	`peer` text NOT NULL,
	`host` text NOT NULL,
	`state` text NOT NULL,
	`join_iri` text NOT NULL,
	`inbox` text NOT NULL,
	`charter_version` integer,
	`charter_digest` text,
	`charter_text` text,
	`reason` text,
	`code` text,
	`since` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `side`, `peer`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "memberships_side" CHECK("memberships"."side" IN ('network', 'member')),
	CONSTRAINT "memberships_state_known" CHECK("memberships"."state" IN ('asked', 'member', 'refused', 'left', 'removed')),
	CONSTRAINT "memberships_since_when_in" CHECK(("memberships"."state" = 'member') = ("memberships"."since" IS NOT NULL)),
	CONSTRAINT "memberships_not_itself" CHECK("memberships"."actor_id" <> "memberships"."peer")
) STRICT;
--> statement-breakpoint
CREATE INDEX `memberships_peer` ON `memberships` (`peer`,`side`,`state`);--> statement-breakpoint
CREATE INDEX `memberships_join` ON `memberships` (`join_iri`,`side`);--> statement-breakpoint
CREATE INDEX `memberships_state` ON `memberships` (`actor_id`,`side`,`state`,`host`);--> statement-breakpoint
CREATE INDEX `memberships_since` ON `memberships` (`actor_id`,`side`,`since`,`peer`);--> statement-breakpoint
CREATE TABLE `network_announced` (
	`actor_id` text NOT NULL,
	`object_iri` text NOT NULL,
	`member` text NOT NULL,
	`state` text NOT NULL,
	`announce_iri` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `object_iri`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "network_announced_state" CHECK("network_announced"."state" IN ('announced', 'over-limit', 'undone'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `network_announced_member` ON `network_announced` (`actor_id`,`member`,`at`);--> statement-breakpoint
CREATE INDEX `network_announced_standing` ON `network_announced` (`actor_id`,`member`) WHERE state = 'announced';--> statement-breakpoint
CREATE TABLE `network_charters` (
	`actor_id` text NOT NULL,
	`version` integer NOT NULL,
	`text` text NOT NULL,
	`digest` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `version`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `network_choices` (
	`actor_id` text PRIMARY KEY NOT NULL,
	`admission` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "network_choices_admission" CHECK("network_choices"."admission" IN ('person', 'automatic'))
) STRICT;
--> statement-breakpoint
ALTER TABLE `actors` ADD `level` text CONSTRAINT "actors_level" CHECK("level" IN ('des', 'province', 'region'));--> statement-breakpoint
ALTER TABLE `actors` ADD `member_of` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
UPDATE `actors` SET `level` = 'des' WHERE `kind` = 'district';
