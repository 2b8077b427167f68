PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_notice_queue` (
	`id` integer PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`kind` text NOT NULL,
	`business_key` text NOT NULL,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "notice_state" CHECK("__new_notice_queue"."state" IN ('pending', 'sending', 'sent', 'uncertain', 'failed')),
	CONSTRAINT "notice_kind" CHECK("__new_notice_queue"."kind" IN ('order-opened', 'order-reminder', 'order-closed', 'order-answered', 'delivery', 'join-asked', 'certificate', 'backup', 'report', 'gathering', 'account'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_notice_queue`("id", "person_id", "kind", "business_key", "subject", "body", "state", "attempts", "next_at", "last_error", "created_at", "settled_at") SELECT "id", "person_id", "kind", "business_key", "subject", "body", "state", "attempts", "next_at", "last_error", "created_at", "settled_at" FROM `notice_queue`;--> statement-breakpoint
DROP TABLE `notice_queue`;--> statement-breakpoint
ALTER TABLE `__new_notice_queue` RENAME TO `notice_queue`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `notice_due` ON `notice_queue` (`next_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `notice_sending` ON `notice_queue` (`id`) WHERE state = 'sending';--> statement-breakpoint
CREATE INDEX `notice_settled` ON `notice_queue` (`settled_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `notice_once` ON `notice_queue` (`person_id`,`business_key`);--> statement-breakpoint
ALTER TABLE `actors` ADD `joining` text CONSTRAINT "actors_joining" CHECK("joining" IN ('open', 'waiting', 'closed'));--> statement-breakpoint
ALTER TABLE `actors` ADD `vat_number` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `actors` ADD `shows_statistics` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `actors` ADD `shows_prices` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `network_sources` ADD `events_due_at` integer;--> statement-breakpoint
ALTER TABLE `network_sources` ADD `statistics_due_at` integer;--> statement-breakpoint
ALTER TABLE `network_sources` ADD `events_iri` text;--> statement-breakpoint
ALTER TABLE `network_sources` ADD `events_etag` text;--> statement-breakpoint
ALTER TABLE `network_sources` ADD `statistics_iri` text;--> statement-breakpoint
ALTER TABLE `network_sources` ADD `statistics_etag` text;--> statement-breakpoint
ALTER TABLE `network_sources` ADD `joining` text CONSTRAINT "network_sources_joining" CHECK("joining" IN ('open', 'waiting', 'closed'));--> statement-breakpoint
ALTER TABLE `network_sources` ADD `join_page` text;
