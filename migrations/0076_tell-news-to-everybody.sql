CREATE TABLE `news_notes` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`news_id` text NOT NULL,
	`published_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`withdrawn_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "news_notes_forwards" CHECK("news_notes"."updated_at" >= "news_notes"."published_at")
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `news_notes_standing` ON `news_notes` (`news_id`) WHERE withdrawn_at IS NULL;--> statement-breakpoint
CREATE INDEX `news_notes_told` ON `news_notes` (`actor_id`,`published_at`);