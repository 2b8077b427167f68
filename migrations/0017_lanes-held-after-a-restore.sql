CREATE TABLE `order_lanes` (
	`actor_id` text PRIMARY KEY NOT NULL,
	`epoch` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
