CREATE TABLE `budding_answers` (
	`budding_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`household_id` text NOT NULL,
	`says` text NOT NULL,
	`by_id` text NOT NULL,
	`offers_to_run` integer NOT NULL,
	`new_household_id` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`budding_id`, `household_id`),
	FOREIGN KEY (`budding_id`) REFERENCES `buddings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`new_household_id`) REFERENCES `households`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`household_id`) REFERENCES `households`(`actor_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "budding_answers_says" CHECK("budding_answers"."says" IN ('yes', 'no')),
	CONSTRAINT "budding_answers_run" CHECK("budding_answers"."says" = 'yes' OR NOT "budding_answers"."offers_to_run")
) STRICT;
--> statement-breakpoint
CREATE TABLE `buddings` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`name` text NOT NULL,
	`istat` text NOT NULL,
	`comune` text NOT NULL,
	`handle` text NOT NULL,
	`state` text NOT NULL,
	`made_id` text,
	`created_at` integer NOT NULL,
	`created_by` text,
	`ended_at` integer,
	`told_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`made_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "buddings_state" CHECK("buddings"."state" IN ('open', 'made', 'dropped')),
	CONSTRAINT "buddings_made_into" CHECK(("buddings"."state" = 'made') = ("buddings"."made_id" IS NOT NULL))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `buddings_one_open` ON `buddings` (`actor_id`) WHERE state = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX `buddings_made` ON `buddings` (`made_id`) WHERE made_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `buddings_of_actor` ON `buddings` (`actor_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `foundings` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`name` text NOT NULL,
	`istat` text NOT NULL,
	`comune` text NOT NULL,
	`wish` text NOT NULL,
	`state` text NOT NULL,
	`by_name` text NOT NULL,
	`by_email` text NOT NULL,
	`language` text NOT NULL,
	`steps` text NOT NULL,
	`made_uri` text,
	`created_at` integer NOT NULL,
	`decided_at` integer,
	`decided_by` text,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`decided_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "foundings_wish" CHECK("foundings"."wish" IN ('hosted', 'own-node')),
	CONSTRAINT "foundings_state" CHECK("foundings"."state" IN ('asked', 'agreed', 'refused', 'made')),
	CONSTRAINT "foundings_language" CHECK("foundings"."language" IN ('it', 'en')),
	CONSTRAINT "foundings_made" CHECK(("foundings"."state" = 'made') = ("foundings"."made_uri" IS NOT NULL))
) STRICT;
--> statement-breakpoint
CREATE INDEX `foundings_of_actor` ON `foundings` (`actor_id`,`state`,`created_at`);--> statement-breakpoint
CREATE TABLE `seekers` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`istat` text NOT NULL,
	`comune` text NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`language` text NOT NULL,
	`wants_to_found` integer NOT NULL,
	`asked_at` integer NOT NULL,
	`proven_at` integer,
	`told_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "seekers_language" CHECK("seekers"."language" IN ('it', 'en'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `seekers_address` ON `seekers` (`actor_id`,`email`);--> statement-breakpoint
CREATE INDEX `seekers_untold` ON `seekers` (`actor_id`,`istat`) WHERE proven_at IS NOT NULL AND told_at IS NULL;--> statement-breakpoint
CREATE INDEX `seekers_created` ON `seekers` (`created_at`);