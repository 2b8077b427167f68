PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_reports` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`sender` text NOT NULL,
	`actor_id` text,
	`person_id` text,
	`accused` text,
	`host` text NOT NULL,
	`objects` text NOT NULL,
	`content` text NOT NULL,
	`at` integer NOT NULL,
	`seen_at` integer,
	`decision` text,
	`decided_by` text,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reports_decision" CHECK("__new_reports"."decision" IN ('seen', 'blocked', 'forwarded')),
	CONSTRAINT "reports_made_here" CHECK(("__new_reports"."person_id" IS NULL) = ("__new_reports"."accused" IS NULL))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_reports`("id", "sender", "actor_id", "person_id", "accused", "host", "objects", "content", "at", "seen_at", "decision", "decided_by") SELECT "id", "sender", NULL, NULL, NULL, "host", "objects", "content", "at", "seen_at", iif("seen_at" IS NULL, NULL, 'seen'), NULL FROM `reports`;--> statement-breakpoint
DROP TABLE `reports`;--> statement-breakpoint
ALTER TABLE `__new_reports` RENAME TO `reports`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `reports_unseen` ON `reports` (`at`) WHERE seen_at IS NULL;