CREATE TABLE `shift_people` (
	`shift_id` text NOT NULL,
	`person_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`shift_id`, `person_id`),
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`shift_id`) REFERENCES `shifts`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `shift_people_person` ON `shift_people` (`person_id`);--> statement-breakpoint
CREATE TABLE `shifts` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`order_id` text NOT NULL,
	`pickup_id` text NOT NULL,
	`task` text NOT NULL,
	`needed` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "shifts_needed" CHECK("shifts"."needed" BETWEEN 1 AND 50)
) STRICT;
--> statement-breakpoint
CREATE INDEX `shifts_actor` ON `shifts` (`actor_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `shifts_task` ON `shifts` (`order_id`,`pickup_id`,`task`);