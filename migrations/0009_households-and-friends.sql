CREATE TABLE `friends` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`household_id` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`removed_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`household_id`) REFERENCES `households`(`actor_id`,`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `friends_household` ON `friends` (`household_id`);--> statement-breakpoint
CREATE TABLE `household_people` (
	`actor_id` text NOT NULL,
	`household_id` text NOT NULL,
	`person_id` text NOT NULL,
	PRIMARY KEY(`actor_id`, `person_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`household_id`) REFERENCES `households`(`actor_id`,`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `household_people_household` ON `household_people` (`household_id`);--> statement-breakpoint
CREATE TABLE `households` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`name` text NOT NULL,
	`joined_at` integer NOT NULL,
	`left_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `households_names` ON `households` (`actor_id`,`name`);--> statement-breakpoint
CREATE UNIQUE INDEX `households_of_actor` ON `households` (`actor_id`,`id`);--> statement-breakpoint
-- Who has a member's seat already gets a household of their own, under their name. People come first, so the check waits.
PRAGMA defer_foreign_keys = ON;--> statement-breakpoint
INSERT INTO `household_people` (`actor_id`, `household_id`, `person_id`)
SELECT `actor_id`, replace(replace(replace(replace(lower(hex(randomblob(13))), '0', 'g'), '1', 'h'), '8', 'i'), '9', 'j'), `person_id`
FROM `seats` WHERE `role` = 'member';--> statement-breakpoint
INSERT INTO `households` (`id`, `actor_id`, `name`, `joined_at`)
SELECT h.`household_id`, h.`actor_id`, p.`name`, s.`created_at` FROM `household_people` h
JOIN `people` p ON p.`id` = h.`person_id`
JOIN `seats` s ON s.`person_id` = h.`person_id` AND s.`actor_id` = h.`actor_id` AND s.`role` = 'member';
