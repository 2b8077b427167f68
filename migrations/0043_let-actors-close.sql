CREATE TABLE `departures` (
	`actor_id` text PRIMARY KEY NOT NULL,
	`decided_at` integer NOT NULL,
	`letters_at` integer,
	`farewell_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "departures_in_order" CHECK("departures"."farewell_at" IS NULL OR "departures"."letters_at" IS NOT NULL)
) STRICT;
--> statement-breakpoint
ALTER TABLE `actors` ADD `retired_at` integer;--> statement-breakpoint
ALTER TABLE `actors` ADD `gone_at` integer;