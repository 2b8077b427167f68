CREATE TABLE `announced_cycles` (
	`actor_id` text NOT NULL,
	`producer_id` text NOT NULL,
	`cycle_iri` text NOT NULL,
	`note_iri` text,
	`status` text NOT NULL,
	`ends_at` integer,
	`revision` integer NOT NULL,
	`sequence` integer NOT NULL,
	`copy` text,
	`noticed_at` integer NOT NULL,
	`fetched_at` integer,
	`due_at` integer,
	`failures` integer NOT NULL,
	`last_error` text,
	PRIMARY KEY(`actor_id`, `producer_id`, `cycle_iri`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "announced_cycles_status" CHECK("announced_cycles"."status" IN ('unread', 'open', 'frozen', 'closed', 'confirmed', 'cancelled', 'gone')),
	CONSTRAINT "announced_cycles_read" CHECK(("announced_cycles"."copy" IS NULL) = ("announced_cycles"."fetched_at" IS NULL))
) STRICT;
--> statement-breakpoint
CREATE INDEX `announced_cycles_due` ON `announced_cycles` (`due_at`);--> statement-breakpoint
CREATE INDEX `announced_cycles_open` ON `announced_cycles` (`actor_id`,`status`,`ends_at`);--> statement-breakpoint
CREATE INDEX `announced_cycles_producer` ON `announced_cycles` (`producer_id`,`cycle_iri`);--> statement-breakpoint
CREATE INDEX `announced_cycles_note` ON `announced_cycles` (`note_iri`);--> statement-breakpoint
CREATE TABLE `cycle_lines` (
	`cycle_id` text NOT NULL,
	`number` integer NOT NULL,
	`actor_id` text NOT NULL,
	`product_iri` text NOT NULL,
	`goods` text NOT NULL,
	`available_thousandths` integer,
	`updated_at` integer NOT NULL,
	`withdrawn_at` integer,
	PRIMARY KEY(`cycle_id`, `number`),
	FOREIGN KEY (`cycle_id`) REFERENCES `cycles`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "cycle_lines_available" CHECK("cycle_lines"."available_thousandths" IS NULL OR "cycle_lines"."available_thousandths" >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `cycles` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`state` text NOT NULL,
	`visibility` text NOT NULL,
	`name` text NOT NULL,
	`note` text NOT NULL,
	`opens_at` integer,
	`closes_at` integer NOT NULL,
	`deliveries` text NOT NULL,
	`minimum_order_cents` integer,
	`revision` integer NOT NULL,
	`sequence` integer NOT NULL,
	`opened_at` integer,
	`ended_at` integer,
	`cancel_reason` text,
	`removed_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "cycles_state" CHECK("cycles"."state" IN ('draft', 'scheduled', 'open', 'frozen', 'closed', 'confirmed', 'cancelled')),
	CONSTRAINT "cycles_visibility" CHECK("cycles"."visibility" IN ('public', 'partners')),
	CONSTRAINT "cycles_minute" CHECK("cycles"."closes_at" % 60000 = 0),
	CONSTRAINT "cycles_announced" CHECK(("cycles"."opened_at" IS NULL) = ("cycles"."state" IN ('draft', 'scheduled')) AND ("cycles"."opened_at" IS NULL) = ("cycles"."sequence" = 0)),
	CONSTRAINT "cycles_reason" CHECK(("cycles"."cancel_reason" IS NULL) = ("cycles"."state" <> 'cancelled'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `cycles_actor` ON `cycles` (`actor_id`,`state`,`closes_at`);--> statement-breakpoint
CREATE INDEX `cycles_opening` ON `cycles` (`opens_at`) WHERE state = 'scheduled';--> statement-breakpoint
CREATE INDEX `cycles_closing` ON `cycles` (`closes_at`) WHERE state IN ('open', 'frozen');