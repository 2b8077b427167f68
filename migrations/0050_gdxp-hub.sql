CREATE TABLE `hub_lists` (
	`vat` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`token_id` text NOT NULL,
	`name` text NOT NULL,
	`locality` text NOT NULL,
	`block` text NOT NULL,
	`products` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`sent_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`token_id`) REFERENCES `hub_tokens`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `hub_lists_token` ON `hub_lists` (`token_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `hub_lists_owner` ON `hub_lists` (`actor_id`,`vat`);--> statement-breakpoint
CREATE TABLE `hub_numbers` (
	`no` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`subject` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `hub_numbers_subject_unique` ON `hub_numbers` (`subject`);--> statement-breakpoint
CREATE TABLE `hub_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`name` text NOT NULL,
	`token_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `hub_tokens_token_hash_unique` ON `hub_tokens` (`token_hash`);