CREATE TABLE `group_settings` (
	`actor_id` text PRIMARY KEY NOT NULL,
	`orders_first` text NOT NULL,
	`policies` text NOT NULL,
	`modifiers` text NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "group_settings_first" CHECK("group_settings"."orders_first" IN ('closing', 'pickup'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `pickup_places` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`name` text NOT NULL,
	`address` text NOT NULL,
	`weekday` integer,
	`from_time` text,
	`until_time` text,
	`created_at` integer NOT NULL,
	`retired_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "pickup_places_weekday" CHECK("pickup_places"."weekday" IS NULL OR "pickup_places"."weekday" BETWEEN 1 AND 7),
	CONSTRAINT "pickup_places_hours" CHECK(("pickup_places"."weekday" IS NULL) = ("pickup_places"."from_time" IS NULL) AND ("pickup_places"."until_time" IS NULL OR "pickup_places"."until_time" > "pickup_places"."from_time"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `pickup_places_actor` ON `pickup_places` (`actor_id`,`name`);--> statement-breakpoint
CREATE UNIQUE INDEX `pickup_places_name` ON `pickup_places` (`actor_id`,`name`) WHERE retired_at IS NULL;--> statement-breakpoint
ALTER TABLE `actors` ADD `contact` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `actors` ADD `icon` text;