ALTER TABLE `foundings` ADD `opened_at` integer;--> statement-breakpoint
ALTER TABLE `foundings` ADD `written_at` integer;--> statement-breakpoint
ALTER TABLE `foundings` ADD `owed_tries` integer;--> statement-breakpoint
UPDATE `foundings` SET `opened_at` = `created_at`;