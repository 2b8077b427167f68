CREATE TABLE `report_columns` (
	`actor_id` text NOT NULL,
	`report` text NOT NULL,
	`hidden` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `report`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "report_columns_report" CHECK("report_columns"."report" IN ('households', 'products', 'producer'))
) STRICT;
