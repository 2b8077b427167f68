CREATE TABLE `sessions` (
	`id_hash` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`device` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	CONSTRAINT "session_hash_is_sha256" CHECK(length("sessions"."id_hash") = 64)
) STRICT;
--> statement-breakpoint
CREATE INDEX `sessions_of_person` ON `sessions` (`person_id`);