CREATE TABLE `order_aggregate_moves` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`aggregate_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`what` text NOT NULL,
	`about` text NOT NULL,
	`person_id` text,
	`at` integer NOT NULL,
	FOREIGN KEY (`aggregate_id`) REFERENCES `order_aggregates`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_aggregate_moves_what" CHECK("order_aggregate_moves"."what" IN ('made', 'joined', 'left', 'planned', 'charged', 'correction-asked', 'dissolved'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `order_aggregate_moves_of` ON `order_aggregate_moves` (`aggregate_id`,`id`);--> statement-breakpoint
CREATE TABLE `order_aggregate_orders` (
	`order_id` text PRIMARY KEY NOT NULL,
	`aggregate_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`joined_at` integer NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`aggregate_id`) REFERENCES `order_aggregates`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `order_aggregate_orders_of` ON `order_aggregate_orders` (`aggregate_id`);--> statement-breakpoint
CREATE TABLE `order_aggregates` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`name` text NOT NULL,
	`opens_at` integer,
	`closes_at` integer NOT NULL,
	`pickups` text NOT NULL,
	`costs` text NOT NULL,
	`dissolved_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_aggregates_minute" CHECK("order_aggregates"."closes_at" % 60000 = 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `order_aggregates_actor` ON `order_aggregates` (`actor_id`,`closes_at`);