ALTER TABLE `order_recurrences` ADD `last_index` integer DEFAULT -1 NOT NULL;--> statement-breakpoint
ALTER TABLE `order_recurrences` ADD `trouble` text;