ALTER TABLE `inbox_log` ADD `thread` text;--> statement-breakpoint
CREATE INDEX `inbox_log_refused` ON `inbox_log` (`receiver`,`received_at`) WHERE thread IS NOT NULL;--> statement-breakpoint
CREATE INDEX `inbox_log_refused_on` ON `inbox_log` (`thread`,`receiver`,`received_at`) WHERE thread IS NOT NULL;