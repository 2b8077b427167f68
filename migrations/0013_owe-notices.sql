CREATE TABLE `muted_notices` (
	`person_id` text NOT NULL,
	`kind` text NOT NULL,
	`muted_at` integer NOT NULL,
	PRIMARY KEY(`person_id`, `kind`),
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `notice_queue` (
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
	CONSTRAINT "notice_state" CHECK("notice_queue"."state" IN ('pending', 'sending', 'sent', 'uncertain', 'failed')),
	CONSTRAINT "notice_kind" CHECK("notice_queue"."kind" IN ('order-opened', 'order-reminder', 'order-closed', 'order-answered', 'delivery'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `notice_due` ON `notice_queue` (`next_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `notice_sending` ON `notice_queue` (`id`) WHERE state = 'sending';--> statement-breakpoint
CREATE INDEX `notice_settled` ON `notice_queue` (`settled_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `notice_once` ON `notice_queue` (`person_id`,`business_key`);