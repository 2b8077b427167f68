CREATE TABLE `expected_keys` (
	`actor_id` text NOT NULL,
	`peer` text NOT NULL,
	`key_id` text NOT NULL,
	PRIMARY KEY(`actor_id`, `peer`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`key_id`) REFERENCES `actor_keys`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
