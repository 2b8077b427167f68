DROP INDEX `pact_messages_once`;--> statement-breakpoint
ALTER TABLE `pact_messages` ADD `epoch` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `pact_messages_once` ON `pact_messages` (`actor_id`,`iri`,`sender`,`kind`,`epoch`,`number`) WHERE number > 0;--> statement-breakpoint
ALTER TABLE `pact_halves` ADD `epoch` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `pact_revisions` ADD `epoch` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `pact_revisions` ADD `accept_epoch` integer;--> statement-breakpoint
UPDATE `pact_revisions` SET `accept_epoch` = 1 WHERE `accept_iri` IS NOT NULL;