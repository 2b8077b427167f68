CREATE TABLE `invitations` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`actor_id` text,
	`role` text,
	`email` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invitations_purpose" CHECK("invitations"."purpose" IN ('setup', 'seat')),
	CONSTRAINT "invitations_seat" CHECK(("invitations"."purpose" = 'seat') = ("invitations"."actor_id" IS NOT NULL AND "invitations"."role" IS NOT NULL)),
	CONSTRAINT "invitations_role" CHECK("invitations"."role" IN ('admin', 'referente', 'treasurer', 'producer', 'member'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text,
	`claimed_email` text,
	`language` text,
	`node_admin` integer DEFAULT false NOT NULL,
	`links_from_at` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `people_email_unique` ON `people` (`email`);--> statement-breakpoint
CREATE TABLE `seats` (
	`person_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`person_id`, `actor_id`, `role`),
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "seats_role" CHECK("seats"."role" IN ('admin', 'referente', 'treasurer', 'producer', 'member'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `seats_of_actor` ON `seats` (`actor_id`);--> statement-breakpoint
CREATE TABLE `sign_in_asks` (
	`key_hash` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`last_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `spent_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`expires_at` integer NOT NULL
) STRICT;
