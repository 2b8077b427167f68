CREATE TABLE `catalogs` (
	`actor_id` text PRIMARY KEY NOT NULL,
	`updated_at` integer NOT NULL,
	`sequence` integer NOT NULL,
	`total_items` integer NOT NULL,
	`column_mapping` text,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `catalog_import_changes` (
	`import_id` text NOT NULL,
	`product_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`before_version` integer,
	`after_version` integer NOT NULL,
	`is_removal` integer NOT NULL,
	PRIMARY KEY(`import_id`, `product_id`),
	FOREIGN KEY (`import_id`) REFERENCES `catalog_imports`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `catalog_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`state` text NOT NULL,
	`file_name` text NOT NULL,
	`bytes` blob,
	`column_mapping` text,
	`list` text,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	`undone_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "catalog_imports_state" CHECK("catalog_imports"."state" IN ('open', 'confirmed', 'undone', 'discarded'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `catalog_imports_actor` ON `catalog_imports` (`actor_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `mirror_items` (
	`actor_id` text NOT NULL,
	`producer_id` text NOT NULL,
	`item_id` text NOT NULL,
	`version` integer NOT NULL,
	`is_current` integer NOT NULL,
	`is_gone` integer NOT NULL,
	`updated` text NOT NULL,
	`sort_name` text NOT NULL,
	`search_text` text NOT NULL,
	`product` text NOT NULL,
	`hash` text NOT NULL,
	`public_hash` text NOT NULL,
	`is_doubtful` integer NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `item_id`, `version`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`producer_id`) REFERENCES `mirrors`(`actor_id`,`producer_id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `mirror_items_list` ON `mirror_items` (`actor_id`,`producer_id`,`is_current`,`sort_name`,`item_id`);--> statement-breakpoint
CREATE INDEX `mirror_items_truth` ON `mirror_items` (`item_id`,`updated`);--> statement-breakpoint
CREATE TABLE `mirrors` (
	`actor_id` text NOT NULL,
	`producer_id` text NOT NULL,
	`catalog_iri` text NOT NULL,
	`due_at` integer,
	`is_full_due` integer NOT NULL,
	`seen_updated` text,
	`seen_sequence` integer NOT NULL,
	`told_sequence` integer NOT NULL,
	`fetched_at` integer,
	`failures` integer NOT NULL,
	`last_error` text,
	PRIMARY KEY(`actor_id`, `producer_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `mirrors_due` ON `mirrors` (`due_at`);--> statement-breakpoint
CREATE INDEX `mirrors_producer` ON `mirrors` (`producer_id`);--> statement-breakpoint
CREATE TABLE `pictures` (
	`actor_id` text NOT NULL,
	`hash` text NOT NULL,
	`width` integer NOT NULL,
	`height` integer NOT NULL,
	`byte_count` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `hash`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `pictures_hash` ON `pictures` (`hash`);--> statement-breakpoint
CREATE TABLE `product_versions` (
	`product_id` text NOT NULL,
	`version` integer NOT NULL,
	`actor_id` text NOT NULL,
	`facts` text NOT NULL,
	`cause` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`product_id`, `version`),
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "product_versions_cause" CHECK("product_versions"."cause" IN ('edit', 'import', 'undo'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `products` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`slug` text NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`removed_at` integer,
	`is_offered` integer NOT NULL,
	`sort_name` text NOT NULL,
	`search_text` text NOT NULL,
	`category` text NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `products_changes` ON `products` (`actor_id`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `products_offered` ON `products` (`actor_id`,`is_offered`,`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `products_names` ON `products` (`actor_id`,`sort_name`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `products_slug` ON `products` (`actor_id`,`slug`);