CREATE TABLE `gathering_bookings` (
	`id` text PRIMARY KEY NOT NULL,
	`gathering_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`person_id` text,
	`name` text NOT NULL,
	`email` text,
	`organisation` text NOT NULL,
	`state` text NOT NULL,
	`guests` integer NOT NULL,
	`language` text NOT NULL,
	`position` integer,
	`created_at` integer NOT NULL,
	`asked_at` integer NOT NULL,
	`proven_at` integer,
	`cancelled_at` integer,
	`attended_at` integer,
	`attended_by` text,
	`reminded_at` integer,
	`owes` text,
	`owes_at` integer,
	`owes_tries` integer NOT NULL,
	FOREIGN KEY (`gathering_id`) REFERENCES `gatherings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "gathering_bookings_state" CHECK("gathering_bookings"."state" IN ('unproven', 'booked', 'waiting', 'cancelled')),
	CONSTRAINT "gathering_bookings_language" CHECK("gathering_bookings"."language" IN ('it', 'en')),
	CONSTRAINT "gathering_bookings_owes" CHECK("gathering_bookings"."owes" IN ('prove', 'booked', 'waiting', 'free', 'moved', 'reminder', 'cancelled')),
	CONSTRAINT "gathering_bookings_guests" CHECK("gathering_bookings"."guests" BETWEEN 0 AND 9),
	CONSTRAINT "gathering_bookings_turn" CHECK("gathering_bookings"."state" NOT IN ('booked', 'waiting') OR "gathering_bookings"."position" IS NOT NULL),
	CONSTRAINT "gathering_bookings_debt" CHECK(("gathering_bookings"."owes" IS NULL) = ("gathering_bookings"."owes_at" IS NULL))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `gathering_bookings_person` ON `gathering_bookings` (`gathering_id`,`person_id`) WHERE person_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `gathering_bookings_of_person` ON `gathering_bookings` (`person_id`) WHERE person_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `gathering_bookings_queue` ON `gathering_bookings` (`gathering_id`,`state`,`position`);--> statement-breakpoint
CREATE INDEX `gathering_bookings_owed` ON `gathering_bookings` (`owes_at`) WHERE owes IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `gathering_bookings_address` ON `gathering_bookings` (`gathering_id`,`email`);--> statement-breakpoint
CREATE TABLE `gathering_materials` (
	`id` text PRIMARY KEY NOT NULL,
	`gathering_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`name` text NOT NULL,
	`url` text,
	`file_hash` text,
	`bytes` integer NOT NULL,
	`for_whom` text NOT NULL,
	`position` integer NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`gathering_id`) REFERENCES `gatherings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "gathering_materials_whom" CHECK("gathering_materials"."for_whom" IN ('everybody', 'booked')),
	CONSTRAINT "gathering_materials_one" CHECK(("gathering_materials"."url" IS NULL) <> ("gathering_materials"."file_hash" IS NULL))
) STRICT;
--> statement-breakpoint
CREATE INDEX `gathering_materials_of` ON `gathering_materials` (`gathering_id`,`position`);--> statement-breakpoint
CREATE INDEX `gathering_materials_file` ON `gathering_materials` (`file_hash`) WHERE file_hash IS NOT NULL;--> statement-breakpoint
CREATE TABLE `gatherings` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`kind` text NOT NULL,
	`audience` text NOT NULL,
	`name` text NOT NULL,
	`summary` text NOT NULL,
	`content` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`venue` text NOT NULL,
	`street` text NOT NULL,
	`comune` text NOT NULL,
	`latitude` real,
	`longitude` real,
	`online_url` text,
	`picture` text,
	`picture_alt` text,
	`state` text NOT NULL,
	`cancel_reason` text,
	`takes_bookings` integer NOT NULL,
	`capacity` integer,
	`closes_at` integer,
	`path_id` text,
	`module_number` integer,
	`sequence` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`published_at` integer,
	`updated_at` integer NOT NULL,
	`removed_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "gatherings_kind" CHECK("gatherings"."kind" IN ('meeting', 'open-day', 'evening', 'course', 'lesson', 'other')),
	CONSTRAINT "gatherings_audience" CHECK("gatherings"."audience" IN ('people', 'officials')),
	CONSTRAINT "gatherings_state_known" CHECK("gatherings"."state" IN ('draft', 'published', 'cancelled')),
	CONSTRAINT "gatherings_name" CHECK(length("gatherings"."name") BETWEEN 3 AND 200),
	CONSTRAINT "gatherings_forwards" CHECK("gatherings"."ends_at" > "gatherings"."starts_at"),
	CONSTRAINT "gatherings_places" CHECK("gatherings"."capacity" > 0),
	CONSTRAINT "gatherings_point" CHECK(("gatherings"."latitude" IS NULL) = ("gatherings"."longitude" IS NULL)),
	CONSTRAINT "gatherings_reason" CHECK(("gatherings"."cancel_reason" IS NULL) = ("gatherings"."state" <> 'cancelled')),
	CONSTRAINT "gatherings_told" CHECK(("gatherings"."published_at" IS NULL) = ("gatherings"."sequence" = 0)),
	CONSTRAINT "gatherings_published" CHECK(("gatherings"."published_at" IS NULL) = ("gatherings"."state" = 'draft'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `gatherings_starting` ON `gatherings` (`actor_id`,`starts_at`);--> statement-breakpoint
CREATE INDEX `gatherings_state` ON `gatherings` (`actor_id`,`state`);--> statement-breakpoint
CREATE INDEX `gatherings_path` ON `gatherings` (`path_id`,`module_number`) WHERE path_id IS NOT NULL;