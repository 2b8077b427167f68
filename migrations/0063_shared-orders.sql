CREATE TABLE `shared_groups` (
	`actor_id` text NOT NULL,
	`thread` text NOT NULL,
	`cycle_id` text NOT NULL,
	`household_id` text NOT NULL,
	`problem` text,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `thread`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`cycle_id`) REFERENCES `shared_orders`(`cycle_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`thread`) REFERENCES `received_orders`(`actor_id`,`thread`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`household_id`) REFERENCES `households`(`actor_id`,`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `shared_groups_cycle` ON `shared_groups` (`cycle_id`);--> statement-breakpoint
CREATE TABLE `shared_orders` (
	`cycle_id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`order_id` text NOT NULL,
	`credit_cents` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`cycle_id`) REFERENCES `cycles`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "shared_orders_credit" CHECK("shared_orders"."credit_cents" >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `shared_orders_order` ON `shared_orders` (`order_id`);--> statement-breakpoint
CREATE INDEX `shared_orders_running` ON `shared_orders` (`actor_id`) WHERE ended_at IS NULL;--> statement-breakpoint
ALTER TABLE `households` ADD `peer` text;--> statement-breakpoint
CREATE UNIQUE INDEX `households_peer` ON `households` (`actor_id`,`peer`) WHERE peer IS NOT NULL;