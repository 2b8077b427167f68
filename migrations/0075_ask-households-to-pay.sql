CREATE TABLE `payment_asks` (
	`actor_id` text NOT NULL,
	`household_id` text NOT NULL,
	`cents` integer NOT NULL,
	`how` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `household_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payment_asks_cents" CHECK("payment_asks"."cents" > 0)
) STRICT;
--> statement-breakpoint
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
	CONSTRAINT "notice_kind" CHECK("__new_notice_queue"."kind" IN ('order-opened', 'order-reminder', 'order-closed', 'order-answered', 'order-received', 'delivery', 'join-asked', 'certificate', 'backup', 'report', 'release', 'gathering', 'fund', 'news', 'favourite', 'payment', 'account'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_notice_queue`("id", "person_id", "kind", "business_key", "subject", "body", "state", "attempts", "next_at", "last_error", "created_at", "settled_at") SELECT "id", "person_id", "kind", "business_key", "subject", "body", "state", "attempts", "next_at", "last_error", "created_at", "settled_at" FROM `notice_queue`;--> statement-breakpoint
DROP TABLE `notice_queue`;--> statement-breakpoint
ALTER TABLE `__new_notice_queue` RENAME TO `notice_queue`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `notice_due` ON `notice_queue` (`next_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `notice_sending` ON `notice_queue` (`id`) WHERE state = 'sending';--> statement-breakpoint
CREATE INDEX `notice_settled` ON `notice_queue` (`settled_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `notice_once` ON `notice_queue` (`person_id`,`business_key`);