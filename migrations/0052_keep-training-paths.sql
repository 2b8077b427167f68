CREATE TABLE `training_certificates` (
	`code` text PRIMARY KEY NOT NULL,
	`path_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`person_id` text NOT NULL,
	`name_written` text NOT NULL,
	`path_name` text NOT NULL,
	`hours_thousandths` integer NOT NULL,
	`issued_at` integer NOT NULL,
	`digest` text NOT NULL,
	`key_id` text NOT NULL,
	`proof_value` text NOT NULL,
	`revoked_at` integer,
	FOREIGN KEY (`path_id`) REFERENCES `training_paths`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `training_certificates_person` ON `training_certificates` (`person_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `training_certificates_once` ON `training_certificates` (`path_id`,`person_id`);--> statement-breakpoint
CREATE TABLE `training_learners` (
	`path_id` text NOT NULL,
	`person_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`organisation` text NOT NULL,
	`started_at` integer NOT NULL,
	PRIMARY KEY(`path_id`, `person_id`),
	FOREIGN KEY (`path_id`) REFERENCES `training_paths`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `training_learners_person` ON `training_learners` (`person_id`);--> statement-breakpoint
CREATE TABLE `training_modules` (
	`path_id` text NOT NULL,
	`number` integer NOT NULL,
	`actor_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`content` text NOT NULL,
	`gathering_id` text,
	`questions` text,
	PRIMARY KEY(`path_id`, `number`),
	FOREIGN KEY (`path_id`) REFERENCES `training_paths`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`gathering_id`) REFERENCES `gatherings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "training_modules_kind" CHECK("training_modules"."kind" IN ('reading', 'lesson', 'question')),
	CONSTRAINT "training_modules_lesson_only" CHECK("training_modules"."gathering_id" IS NULL OR "training_modules"."kind" = 'lesson'),
	CONSTRAINT "training_modules_questions" CHECK(("training_modules"."questions" IS NULL) = ("training_modules"."kind" <> 'question'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `training_modules_lesson` ON `training_modules` (`gathering_id`) WHERE gathering_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `training_paths` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`summary` text NOT NULL,
	`for_whom` text NOT NULL,
	`hours_thousandths` integer NOT NULL,
	`required_percent` integer NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "training_paths_learners" CHECK("training_paths"."for_whom" IN ('people', 'officials')),
	CONSTRAINT "training_paths_state" CHECK("training_paths"."state" IN ('draft', 'published', 'closed')),
	CONSTRAINT "training_paths_required" CHECK("training_paths"."required_percent" BETWEEN 1 AND 100),
	CONSTRAINT "training_paths_hours" CHECK("training_paths"."hours_thousandths" >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `training_paths_slug` ON `training_paths` (`actor_id`,`slug`);--> statement-breakpoint
CREATE TABLE `training_steps` (
	`path_id` text NOT NULL,
	`number` integer NOT NULL,
	`person_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`done_at` integer NOT NULL,
	`score` integer,
	PRIMARY KEY(`path_id`, `number`, `person_id`),
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`path_id`,`number`) REFERENCES `training_modules`(`path_id`,`number`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `training_steps_person` ON `training_steps` (`person_id`);