CREATE TABLE `activities` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`type` text NOT NULL,
	`json` text NOT NULL,
	`is_public` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `activities_outbox` ON `activities` (`actor_id`,`is_public`,`created_at`);--> statement-breakpoint
CREATE TABLE `actor_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`algorithm` text NOT NULL,
	`public_key` text NOT NULL,
	`sealed_private_key` blob NOT NULL,
	`created_at` integer NOT NULL,
	`retired_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "actor_keys_algorithm" CHECK("actor_keys"."algorithm" IN ('rsa', 'ed25519'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `actor_keys_actor` ON `actor_keys` (`actor_id`);--> statement-breakpoint
CREATE TABLE `actors` (
	`id` text PRIMARY KEY NOT NULL,
	`handle` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`summary` text DEFAULT '' NOT NULL,
	`place` text DEFAULT '' NOT NULL,
	`approves_followers` integer DEFAULT false NOT NULL,
	`discoverable` integer DEFAULT true NOT NULL,
	`indexable` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	CONSTRAINT "actors_kind" CHECK("actors"."kind" IN ('node', 'gas', 'producer', 'district'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `actors_handle_unique` ON `actors` (`handle`);--> statement-breakpoint
CREATE TABLE `domain_rules` (
	`domain` text PRIMARY KEY NOT NULL,
	`rule` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "domain_rules_rule" CHECK("domain_rules"."rule" IN ('block', 'allow'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `inbox_log` (
	`sender` text NOT NULL,
	`activity_id` text NOT NULL,
	`receiver` text NOT NULL,
	`type` text NOT NULL,
	`digest` text NOT NULL,
	`bytes` blob,
	`channel` text NOT NULL,
	`outcome` text NOT NULL,
	`refusal` text,
	`parked_for` text,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`sender`, `activity_id`),
	CONSTRAINT "inbox_log_outcome" CHECK("inbox_log"."outcome" IN ('applied', 'ignored', 'refused', 'parked')),
	CONSTRAINT "inbox_log_channel" CHECK("inbox_log"."channel" IN ('order', 'social'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `inbox_log_parked` ON `inbox_log` (`parked_for`) WHERE parked_for IS NOT NULL;--> statement-breakpoint
CREATE INDEX `inbox_log_received` ON `inbox_log` (`received_at`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`activity_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`inbox` text NOT NULL,
	`host` text NOT NULL,
	`recipient` text,
	`lane` text NOT NULL,
	`thread` text,
	`receipt_key` text,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer NOT NULL,
	`lease_until` integer,
	`token` integer DEFAULT 0 NOT NULL,
	`first_failed_at` integer,
	`last_status` integer,
	`last_error` text,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`activity_id`) REFERENCES `activities`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "outbox_lane" CHECK("outbox"."lane" IN ('order', 'social')),
	CONSTRAINT "outbox_state_known" CHECK("outbox"."state" IN ('pending', 'leased', 'delivered', 'needs-human', 'abandoned'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `outbox_host` ON `outbox` (`host`,`state`,`next_at`,`id`);--> statement-breakpoint
CREATE INDEX `outbox_thread` ON `outbox` (`thread`,`inbox`,`id`) WHERE state IN ('pending', 'leased');--> statement-breakpoint
CREATE INDEX `outbox_state` ON `outbox` (`state`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_once` ON `outbox` (`activity_id`,`inbox`);--> statement-breakpoint
CREATE TABLE `peers` (
	`host` text PRIMARY KEY NOT NULL,
	`next_at` integer,
	`failures` integer DEFAULT 0 NOT NULL,
	`failing_since` integer,
	`last_served_at` integer DEFAULT 0 NOT NULL,
	`last_delivered_at` integer,
	`last_heard_at` integer,
	`last_error` text,
	`signature_spec` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `peers_due` ON `peers` (`next_at`);--> statement-breakpoint
CREATE TABLE `remote_actors` (
	`id` text PRIMARY KEY NOT NULL,
	`host` text NOT NULL,
	`inbox` text NOT NULL,
	`shared_inbox` text,
	`handle` text,
	`name` text NOT NULL,
	`is_filiera` integer NOT NULL,
	`document` text NOT NULL,
	`fetched_at` integer NOT NULL,
	`gone_at` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `remote_actors_host` ON `remote_actors` (`host`);--> statement-breakpoint
CREATE TABLE `security_events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`code` text NOT NULL,
	`host` text NOT NULL,
	`detail` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `security_events_at` ON `security_events` (`at`);--> statement-breakpoint
CREATE TABLE `node_facts` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
