ALTER TABLE `training_certificates` ADD `revoked_reason` text;--> statement-breakpoint
ALTER TABLE `training_certificates` ADD `is_barring` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `training_paths` ADD `announced_at` integer;--> statement-breakpoint
ALTER TABLE `training_paths` ADD `removed_at` integer;