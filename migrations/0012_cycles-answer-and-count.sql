ALTER TABLE `cycles` ADD `rules` text DEFAULT '{"answers":"automatic","confirms":"hand","answerHours":48,"threshold":null}' NOT NULL;--> statement-breakpoint
ALTER TABLE `cycles` ADD `extended_at` integer;--> statement-breakpoint
ALTER TABLE `cycles` ADD `progress` text;--> statement-breakpoint
ALTER TABLE `cycles` ADD `told_at` integer;--> statement-breakpoint
ALTER TABLE `cycles` ADD `tell_at` integer;--> statement-breakpoint
CREATE INDEX `cycles_telling` ON `cycles` (`tell_at`) WHERE tell_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `cycles_settling` ON `cycles` (`closes_at`) WHERE state = 'closed';