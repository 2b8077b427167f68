DROP INDEX `training_certificates_once`;--> statement-breakpoint
CREATE UNIQUE INDEX `training_certificates_once` ON `training_certificates` (`path_id`,`person_id`) WHERE revoked_at IS NULL;