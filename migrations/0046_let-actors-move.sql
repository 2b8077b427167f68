CREATE TABLE `peer_moves` (
	`actor_id` text NOT NULL,
	`peer` text NOT NULL,
	`target` text NOT NULL,
	`state` text NOT NULL,
	`due_at` integer NOT NULL,
	`told_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `peer`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "peer_moves_state" CHECK("peer_moves"."state" IN ('told', 'proven', 'refused'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `peer_moves_due` ON `peer_moves` (`due_at`) WHERE state = 'told';--> statement-breakpoint
ALTER TABLE `actors` ADD `moved_to` text;--> statement-breakpoint
ALTER TABLE `actors` ADD `also_known_as` text;