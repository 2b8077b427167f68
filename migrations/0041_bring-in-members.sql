CREATE TABLE `member_import_steps` (
	`import_id` text NOT NULL,
	`row` integer NOT NULL,
	`actor_id` text NOT NULL,
	`person_id` text,
	`household_id` text NOT NULL,
	`transaction_id` integer,
	`cents` integer,
	`welcomed_at` integer,
	PRIMARY KEY(`import_id`, `row`),
	FOREIGN KEY (`import_id`) REFERENCES `member_imports`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `member_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`state` text NOT NULL,
	`file_name` text NOT NULL,
	`bytes` blob,
	`list` text,
	`column_mapping` text,
	`by_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	`undone_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "member_imports_state" CHECK("member_imports"."state" IN ('open', 'confirmed', 'undone', 'discarded'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `member_imports_actor` ON `member_imports` (`actor_id`,`created_at`);--> statement-breakpoint
ALTER TABLE `people` ADD `phone` text;