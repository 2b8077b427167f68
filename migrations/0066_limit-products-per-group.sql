CREATE TABLE `catalog_quotas` (
	`actor_id` text NOT NULL,
	`peer` text NOT NULL,
	`product_id` text NOT NULL,
	`unit` text NOT NULL,
	`most_thousandths` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `peer`, `product_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product_id`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "catalog_quotas_most" CHECK("catalog_quotas"."most_thousandths" >= 0)
) STRICT;
--> statement-breakpoint
ALTER TABLE `order_lines` ADD `stock_thousandths` integer;--> statement-breakpoint
ALTER TABLE `order_lines` ADD `stock_at` integer;