CREATE TABLE `unsent_forms` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`sealed` blob NOT NULL,
	`made_at` integer NOT NULL,
	CONSTRAINT "unsent_form_is_bounded" CHECK(length("unsent_forms"."sealed") <= 70000)
) STRICT;
--> statement-breakpoint
CREATE INDEX `unsent_forms_of_person` ON `unsent_forms` (`person_id`,`made_at`);