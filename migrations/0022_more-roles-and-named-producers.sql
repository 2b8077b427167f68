PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_invitations` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`actor_id` text,
	`role` text,
	`email` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`spent_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invitations_purpose" CHECK("__new_invitations"."purpose" IN ('setup', 'seat')),
	CONSTRAINT "invitations_seat" CHECK(("__new_invitations"."purpose" = 'seat') = ("__new_invitations"."actor_id" IS NOT NULL AND "__new_invitations"."role" IS NOT NULL)),
	CONSTRAINT "invitations_role" CHECK("__new_invitations"."role" IN ('admin', 'referente', 'treasurer', 'cashier', 'delivery', 'producer', 'district', 'member'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_invitations`("token_hash", "purpose", "actor_id", "role", "email", "created_at", "expires_at", "spent_at") SELECT "token_hash", "purpose", "actor_id", "role", "email", "created_at", "expires_at", "spent_at" FROM `invitations`;--> statement-breakpoint
DROP TABLE `invitations`;--> statement-breakpoint
ALTER TABLE `__new_invitations` RENAME TO `invitations`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE TABLE `__new_seats` (
	`person_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`role` text NOT NULL,
	`producers` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`person_id`, `actor_id`, `role`),
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "seats_role" CHECK("__new_seats"."role" IN ('admin', 'referente', 'treasurer', 'cashier', 'delivery', 'producer', 'district', 'member')),
	CONSTRAINT "seats_producers" CHECK("__new_seats"."producers" IS NULL OR "__new_seats"."role" = 'referente')
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_seats`("person_id", "actor_id", "role", "producers", "created_at") SELECT "person_id", "actor_id", CASE WHEN "role" = 'referente' AND "actor_id" IN (SELECT "id" FROM `actors` WHERE "kind" = 'district') THEN 'district' ELSE "role" END, NULL, "created_at" FROM `seats`;--> statement-breakpoint
DROP TABLE `seats`;--> statement-breakpoint
ALTER TABLE `__new_seats` RENAME TO `seats`;--> statement-breakpoint
CREATE INDEX `seats_of_actor` ON `seats` (`actor_id`);