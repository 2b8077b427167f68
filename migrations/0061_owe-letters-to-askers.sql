CREATE TABLE `letter_queue` (
	`id` integer PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`facts` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "letter_kind" CHECK("letter_queue"."kind" IN ('seek', 'near', 'founding', 'bud-waiting')),
	CONSTRAINT "letter_state" CHECK("letter_queue"."state" IN ('pending', 'sending', 'sent', 'uncertain', 'failed', 'void'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `letter_due` ON `letter_queue` (`next_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `letter_sending` ON `letter_queue` (`id`) WHERE state = 'sending';--> statement-breakpoint
CREATE INDEX `letter_subject` ON `letter_queue` (`kind`,`subject_id`) WHERE state IN ('pending', 'sending');--> statement-breakpoint
CREATE INDEX `letter_settled` ON `letter_queue` (`settled_at`);--> statement-breakpoint
ALTER TABLE `foundings` ADD `from_hash` text;--> statement-breakpoint
INSERT INTO `letter_queue` (`actor_id`, `kind`, `subject_id`, `facts`, `state`, `attempts`, `next_at`, `created_at`)
  SELECT `actor_id`, 'founding', `id`, '{}', 'pending', `owed_tries`, `written_at`, `written_at` FROM `foundings` WHERE `owed_tries` IS NOT NULL;--> statement-breakpoint
ALTER TABLE `foundings` DROP COLUMN `owed_tries`;--> statement-breakpoint
ALTER TABLE `seekers` ADD `from_hash` text;