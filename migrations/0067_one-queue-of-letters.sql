CREATE TABLE `training_asks` (
	`id` text PRIMARY KEY NOT NULL,
	`path_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`organisation` text NOT NULL,
	`language` text NOT NULL,
	`asked_at` integer NOT NULL,
	FOREIGN KEY (`path_id`) REFERENCES `training_paths`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "training_asks_language" CHECK("training_asks"."language" IN ('it', 'en'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `training_asks_of` ON `training_asks` (`path_id`,`asked_at`);
--> statement-breakpoint
CREATE TABLE `__new_letter_queue` (
	`id` integer PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`facts` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "letter_kind" CHECK("__new_letter_queue"."kind" IN ('seek', 'near', 'founding', 'bud-waiting', 'invitation', 'join-refused', 'learn', 'gathering')),
	CONSTRAINT "letter_state" CHECK("__new_letter_queue"."state" IN ('pending', 'sending', 'sent', 'uncertain', 'failed', 'void'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_letter_queue`("id", "actor_id", "kind", "subject_id", "facts", "state", "attempts", "next_at", "last_error", "created_at", "settled_at") SELECT "id", "actor_id", "kind", "subject_id", "facts", "state", "attempts", "next_at", "last_error", "created_at", "settled_at" FROM `letter_queue`;
--> statement-breakpoint
DROP TABLE `letter_queue`;
--> statement-breakpoint
ALTER TABLE `__new_letter_queue` RENAME TO `letter_queue`;
--> statement-breakpoint
CREATE INDEX `letter_due` ON `letter_queue` (`next_at`) WHERE state = 'pending';
--> statement-breakpoint
CREATE INDEX `letter_sending` ON `letter_queue` (`id`) WHERE state = 'sending';
--> statement-breakpoint
CREATE INDEX `letter_subject` ON `letter_queue` (`kind`,`subject_id`) WHERE state IN ('pending', 'sending');
--> statement-breakpoint
CREATE INDEX `letter_settled` ON `letter_queue` (`settled_at`);
--> statement-breakpoint
INSERT INTO `letter_queue`("actor_id", "kind", "subject_id", "facts", "state", "attempts", "next_at", "created_at") SELECT "actor_id", 'gathering', "id", json_object('what', "owes"), 'pending', 0, "owes_at", "owes_at" FROM `gathering_bookings` WHERE "owes" IS NOT NULL AND ("email" IS NOT NULL OR "person_id" IS NOT NULL);
--> statement-breakpoint
PRAGMA foreign_keys=OFF;
--> statement-breakpoint
CREATE TABLE `__new_gathering_bookings` (
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
	FOREIGN KEY (`gathering_id`) REFERENCES `gatherings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "gathering_bookings_state" CHECK("__new_gathering_bookings"."state" IN ('unproven', 'booked', 'waiting', 'cancelled')),
	CONSTRAINT "gathering_bookings_language" CHECK("__new_gathering_bookings"."language" IN ('it', 'en')),
	CONSTRAINT "gathering_bookings_guests" CHECK("__new_gathering_bookings"."guests" BETWEEN 0 AND 9),
	CONSTRAINT "gathering_bookings_turn" CHECK("__new_gathering_bookings"."state" NOT IN ('booked', 'waiting') OR "__new_gathering_bookings"."position" IS NOT NULL)
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_gathering_bookings`("id", "gathering_id", "actor_id", "person_id", "name", "email", "organisation", "state", "guests", "language", "position", "created_at", "asked_at", "proven_at", "cancelled_at", "attended_at", "attended_by", "reminded_at") SELECT "id", "gathering_id", "actor_id", "person_id", "name", "email", "organisation", "state", "guests", "language", "position", "created_at", "asked_at", "proven_at", "cancelled_at", "attended_at", "attended_by", "reminded_at" FROM `gathering_bookings`;
--> statement-breakpoint
DROP TABLE `gathering_bookings`;
--> statement-breakpoint
ALTER TABLE `__new_gathering_bookings` RENAME TO `gathering_bookings`;
--> statement-breakpoint
PRAGMA foreign_keys=ON;
--> statement-breakpoint
CREATE UNIQUE INDEX `gathering_bookings_person` ON `gathering_bookings` (`gathering_id`,`person_id`) WHERE person_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX `gathering_bookings_of_person` ON `gathering_bookings` (`person_id`) WHERE person_id IS NOT NULL;
--> statement-breakpoint
CREATE INDEX `gathering_bookings_queue` ON `gathering_bookings` (`gathering_id`,`state`,`position`);
--> statement-breakpoint
CREATE UNIQUE INDEX `gathering_bookings_address` ON `gathering_bookings` (`gathering_id`,`email`);
