CREATE TABLE `nameless_households` (
	`actor_id` text NOT NULL,
	`household_id` text NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `household_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`household_id`) REFERENCES `households`(`actor_id`,`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `solidarity_families` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`household_id` text NOT NULL,
	`code_hash` text NOT NULL,
	`code_tail` text NOT NULL,
	`points` integer NOT NULL,
	`cap_cents` integer NOT NULL,
	`service` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`household_id`) REFERENCES `households`(`actor_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "solidarity_families_state" CHECK("solidarity_families"."state" IN ('active', 'paused', 'ended')),
	CONSTRAINT "solidarity_families_points" CHECK("solidarity_families"."points" BETWEEN 1 AND 9),
	CONSTRAINT "solidarity_families_cap" CHECK("solidarity_families"."cap_cents" >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `solidarity_families_code_hash_unique` ON `solidarity_families` (`code_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `solidarity_families_household` ON `solidarity_families` (`actor_id`,`household_id`);--> statement-breakpoint
CREATE TABLE `solidarity_gift_runs` (
	`actor_id` text NOT NULL,
	`order_id` text NOT NULL,
	`household_id` text NOT NULL,
	`state` text NOT NULL,
	`cents` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `household_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "solidarity_gift_runs_state" CHECK("solidarity_gift_runs"."state" IN ('given', 'skipped')),
	CONSTRAINT "solidarity_gift_runs_cents" CHECK("solidarity_gift_runs"."cents" > 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `solidarity_gift_runs_household` ON `solidarity_gift_runs` (`actor_id`,`household_id`);--> statement-breakpoint
CREATE TABLE `solidarity_gifts` (
	`actor_id` text NOT NULL,
	`household_id` text NOT NULL,
	`cents_per_order` integer NOT NULL,
	`rounds_up` integer NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `household_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`household_id`) REFERENCES `households`(`actor_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "solidarity_gifts_cents" CHECK("solidarity_gifts"."cents_per_order" >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `solidarity_rules` (
	`actor_id` text PRIMARY KEY NOT NULL,
	`per_order_cents` integer NOT NULL,
	`rounds_up` integer NOT NULL,
	`monthly_percent` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "solidarity_rules_gift" CHECK("solidarity_rules"."per_order_cents" >= 0),
	CONSTRAINT "solidarity_rules_percent" CHECK("solidarity_rules"."monthly_percent" BETWEEN 0 AND 100)
) STRICT;
--> statement-breakpoint
CREATE TABLE `suspended_friends` (
	`actor_id` text NOT NULL,
	`household_id` text NOT NULL,
	`friend_id` text NOT NULL,
	PRIMARY KEY(`actor_id`, `household_id`, `friend_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`friend_id`) REFERENCES `friends`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`household_id`) REFERENCES `households`(`actor_id`,`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `suspended_friends_friend_id_unique` ON `suspended_friends` (`friend_id`);--> statement-breakpoint
CREATE TABLE `suspended_lines` (
	`order_id` text NOT NULL,
	`household_id` text NOT NULL,
	`line_number` integer NOT NULL,
	`actor_id` text NOT NULL,
	`quantity_thousandths` integer NOT NULL,
	`state` text NOT NULL,
	`given_to` text,
	`person_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `household_id`, `line_number`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`given_to`) REFERENCES `solidarity_families`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "suspended_lines_state" CHECK("suspended_lines"."state" IN ('given', 'returned', 'kept')),
	CONSTRAINT "suspended_lines_family" CHECK(("suspended_lines"."state" = 'given') = ("suspended_lines"."given_to" IS NOT NULL)),
	CONSTRAINT "suspended_lines_quantity" CHECK("suspended_lines"."quantity_thousandths" > 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `suspended_lines_family` ON `suspended_lines` (`given_to`,`at`);