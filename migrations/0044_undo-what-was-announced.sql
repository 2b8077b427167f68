ALTER TABLE `network_announced` ADD `undo_at` integer;--> statement-breakpoint
CREATE INDEX `network_announced_to_undo` ON `network_announced` (`undo_at`) WHERE undo_at IS NOT NULL;