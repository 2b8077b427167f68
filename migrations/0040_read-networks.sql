CREATE TABLE `network_cycles` (
	`source_uri` text NOT NULL,
	`iri` text NOT NULL,
	`state` text NOT NULL,
	`sequence` integer NOT NULL,
	`due_at` integer,
	PRIMARY KEY(`source_uri`, `iri`),
	FOREIGN KEY (`source_uri`) REFERENCES `network_sources`(`uri`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "network_cycles_state" CHECK("network_cycles"."state" IN ('wanted', 'open', 'over'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `network_links` (
	`network_uri` text NOT NULL,
	`member_uri` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`network_uri`, `member_uri`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `network_reaches` (
	`actor_id` text NOT NULL,
	`source_uri` text NOT NULL,
	`via` text NOT NULL,
	`depth` integer NOT NULL,
	`standing` text NOT NULL,
	`is_paused` integer NOT NULL,
	`is_followed` integer NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `source_uri`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`source_uri`) REFERENCES `network_sources`(`uri`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "network_reaches_standing" CHECK("network_reaches"."standing" IN ('agreed', 'unread', 'one-sided'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `network_reaches_source` ON `network_reaches` (`source_uri`);--> statement-breakpoint
CREATE TABLE `network_sources` (
	`uri` text PRIMARY KEY NOT NULL,
	`host` text NOT NULL,
	`kind` text,
	`level` text,
	`name` text NOT NULL,
	`claims` text NOT NULL,
	`is_discoverable` integer NOT NULL,
	`is_indexable` integer NOT NULL,
	`is_gone` integer NOT NULL,
	`is_drop_due` integer NOT NULL,
	`actor_due_at` integer,
	`members_due_at` integer,
	`catalog_due_at` integer,
	`cycles_due_at` integer,
	`retry_at` integer NOT NULL,
	`due_at` integer,
	`members_iri` text,
	`members_etag` text,
	`catalog_iri` text,
	`catalog_seen` text,
	`catalog_resume` text,
	`catalog_started` text,
	`cycles_iri` text,
	`cycles_etag` text,
	`tried_at` integer,
	`ok_at` integer,
	`failures` integer NOT NULL,
	`last_error` text,
	`took_ms` integer NOT NULL,
	`spent_day` integer NOT NULL,
	`spent_pages` integer NOT NULL,
	`spent_items` integer NOT NULL,
	`spent_ms` integer NOT NULL,
	`entries` integer NOT NULL,
	`lies` integer NOT NULL,
	`lie` text,
	CONSTRAINT "network_sources_kind" CHECK("network_sources"."kind" IN ('gas', 'producer', 'district', 'other')),
	CONSTRAINT "network_sources_level" CHECK("network_sources"."level" IN ('des', 'province', 'region'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `network_sources_due` ON `network_sources` (`due_at`);