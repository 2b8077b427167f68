CREATE TABLE `outside_orders` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`title` text NOT NULL,
	`producer` text NOT NULL,
	`url` text NOT NULL,
	`note` text NOT NULL,
	`closes_at` integer NOT NULL,
	`pickup` text,
	`called_off_at` integer,
	`told_at` integer,
	`reminded_for` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "outside_orders_url" CHECK("outside_orders"."url" LIKE 'https://%')
) STRICT;
--> statement-breakpoint
CREATE INDEX `outside_orders_closing` ON `outside_orders` (`actor_id`,`closes_at`);--> statement-breakpoint
CREATE INDEX `outside_orders_all` ON `outside_orders` (`closes_at`);--> statement-breakpoint
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
	CONSTRAINT "notice_kind" CHECK("__new_notice_queue"."kind" IN ('order-opened', 'order-reminder', 'order-closed', 'order-answered', 'order-received', 'delivery', 'join-asked', 'certificate', 'backup', 'report', 'gathering', 'account'))
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
CREATE TABLE `__new_group_settings` (
	`actor_id` text PRIMARY KEY NOT NULL,
	`orders_first` text NOT NULL,
	`policies` text NOT NULL,
	`modifiers` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "group_settings_first" CHECK("__new_group_settings"."orders_first" IN ('closing', 'pickup', 'producer'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_group_settings`("actor_id", "orders_first", "policies", "modifiers", "updated_at") SELECT "actor_id", "orders_first", "policies", "modifiers", "updated_at" FROM `group_settings`;--> statement-breakpoint
DROP TABLE `group_settings`;--> statement-breakpoint
ALTER TABLE `__new_group_settings` RENAME TO `group_settings`;--> statement-breakpoint
ALTER TABLE `received_orders` ADD `paid_at` integer;