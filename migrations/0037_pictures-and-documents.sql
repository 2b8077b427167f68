CREATE TABLE `certificate_files` (
	`actor_id` text NOT NULL,
	`hash` text NOT NULL,
	`byte_count` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `hash`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `certificate_files_hash` ON `certificate_files` (`hash`);--> statement-breakpoint
CREATE TABLE `picture_copies` (
	`actor_id` text NOT NULL,
	`url` text NOT NULL,
	`hash` text,
	`due_at` integer,
	`failures` integer NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `url`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `picture_copies_due` ON `picture_copies` (`due_at`);