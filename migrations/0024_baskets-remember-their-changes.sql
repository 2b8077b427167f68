CREATE TABLE `basket_changes` (
	`order_id` text NOT NULL,
	`household_id` text NOT NULL,
	`version` integer NOT NULL,
	`line_number` integer NOT NULL,
	`friend_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`person_id` text NOT NULL,
	`at` integer NOT NULL,
	`before` text,
	`is_undo` integer NOT NULL,
	`undone_by` integer,
	PRIMARY KEY(`order_id`, `household_id`, `version`, `line_number`, `friend_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`,`household_id`) REFERENCES `baskets`(`order_id`,`household_id`) ON UPDATE no action ON DELETE no action
) STRICT;
