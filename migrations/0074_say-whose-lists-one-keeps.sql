ALTER TABLE `actors` ADD `keeps` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `actors` ADD `keeps_not` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `remote_actors` ADD `kept_by` text GENERATED ALWAYS AS (json_extract(document, '$."filiera:keptBy"')) VIRTUAL;--> statement-breakpoint
CREATE INDEX `remote_actors_kept_by` ON `remote_actors` (`kept_by`) WHERE kept_by IS NOT NULL;