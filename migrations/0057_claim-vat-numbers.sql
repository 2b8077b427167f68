CREATE TABLE `hub_claims` (
	`vat` text NOT NULL,
	`subject` text NOT NULL,
	`standing` text NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`vat`, `subject`),
	CONSTRAINT "hub_claims_standing" CHECK("hub_claims"."standing" IN ('holds', 'claims', 'refused'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `hub_claims_subject` ON `hub_claims` (`subject`);--> statement-breakpoint
CREATE UNIQUE INDEX `hub_claims_holder` ON `hub_claims` (`vat`) WHERE standing = 'holds';--> statement-breakpoint
ALTER TABLE `network_sources` ADD `vat` text;