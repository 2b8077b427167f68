CREATE TABLE `network_months` (
	`source_uri` text NOT NULL,
	`month` text NOT NULL,
	`iri` text NOT NULL,
	`istat` text,
	`families` integer NOT NULL,
	`orders` integer NOT NULL,
	`producers` integer NOT NULL,
	`euros` integer,
	`is_withheld` integer NOT NULL,
	`cells` text NOT NULL,
	`digest` text NOT NULL,
	`read_at` integer NOT NULL,
	PRIMARY KEY(`source_uri`, `month`),
	CONSTRAINT "network_months_month" CHECK("network_months"."month" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]'),
	CONSTRAINT "network_months_families" CHECK("network_months"."families" >= 5)
) STRICT;
--> statement-breakpoint
CREATE TABLE `network_supply` (
	`actor_id` text NOT NULL,
	`month` text NOT NULL,
	`istat` text NOT NULL,
	`category` text NOT NULL,
	`producers` integer NOT NULL,
	`products` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `month`, `istat`, `category`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `statistics_months` (
	`actor_id` text NOT NULL,
	`month` text NOT NULL,
	`document` text,
	`created_at` integer NOT NULL,
	`revoked_at` integer,
	PRIMARY KEY(`actor_id`, `month`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "statistics_months_month" CHECK("statistics_months"."month" GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]'),
	CONSTRAINT "statistics_months_revoked" CHECK("statistics_months"."revoked_at" IS NULL OR "statistics_months"."document" IS NULL)
) STRICT;
--> statement-breakpoint
CREATE TABLE `statistics_orders` (
	`order_id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`month` text NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
