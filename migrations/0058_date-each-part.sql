ALTER TABLE `network_sources` ADD `lie_part` text;--> statement-breakpoint
ALTER TABLE `network_sources` ADD `lie_at` integer;--> statement-breakpoint
ALTER TABLE `network_sources` ADD `heard` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
UPDATE `network_sources` SET `heard` = json_object('actor', `ok_at`, 'members', `ok_at`, 'catalog', `ok_at`, 'cycles', `ok_at`, 'events', `ok_at`, 'statistics', `ok_at`) WHERE `ok_at` IS NOT NULL;--> statement-breakpoint
UPDATE `network_sources` SET `catalog_seen` = NULL WHERE `lies` > 0;
