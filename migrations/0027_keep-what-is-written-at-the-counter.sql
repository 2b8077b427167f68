CREATE TABLE `order_handout_changes` (
	`order_id` text NOT NULL,
	`household_id` text NOT NULL,
	`line_number` integer NOT NULL,
	`friend_id` text NOT NULL,
	`version` integer NOT NULL,
	`actor_id` text NOT NULL,
	`before_thousandths` integer,
	`before_weights` text,
	`after_thousandths` integer,
	`after_weights` text,
	`person_id` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `household_id`, `line_number`, `friend_id`, `version`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`,`line_number`) REFERENCES `order_lines`(`order_id`,`number`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_handout_changes_version" CHECK("order_handout_changes"."version" >= 1)
) STRICT;
--> statement-breakpoint
ALTER TABLE `order_arrivals` ADD `damaged_thousandths` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE TRIGGER `order_handout_changes_unchanged` BEFORE UPDATE ON `order_handout_changes` BEGIN SELECT RAISE(ABORT, 'order_handout_changes is append-only'); END;--> statement-breakpoint
CREATE TRIGGER `order_handout_changes_kept` BEFORE DELETE ON `order_handout_changes` BEGIN SELECT RAISE(ABORT, 'order_handout_changes is append-only'); END;
