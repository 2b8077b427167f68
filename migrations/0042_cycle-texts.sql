CREATE TABLE `cycle_texts` (
	`actor_id` text NOT NULL,
	`producer_id` text NOT NULL,
	`cycle_iri` text NOT NULL,
	`part` text NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `producer_id`, `cycle_iri`, `part`, `name`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "cycle_texts_part" CHECK("cycle_texts"."part" IN ('state', 'content', 'line'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `cycle_texts_cycle` ON `cycle_texts` (`producer_id`,`cycle_iri`);--> statement-breakpoint
ALTER TABLE `announced_cycles` ADD `doubted_at` integer;