CREATE TABLE `email_changes` (
	`id` text PRIMARY KEY NOT NULL,
	`person_id` text NOT NULL,
	`old_email` text,
	`new_email` text NOT NULL,
	`asked_at` integer NOT NULL,
	`confirmed_at` integer,
	`undone_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `email_changes_of_person` ON `email_changes` (`person_id`,`asked_at`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`what` text NOT NULL,
	`actor_id` text,
	`by_id` text,
	`about_id` text,
	`detail` text NOT NULL,
	`digest` text NOT NULL,
	CONSTRAINT "audit_log_kind" CHECK("audit_log"."kind" IN ('sign-in', 'sign-in-failed', 'denied', 'account', 'people', 'money', 'settings', 'moderation', 'export', 'backup'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_log_of_actor` ON `audit_log` (`actor_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_log_of_kind` ON `audit_log` (`kind`,`at`);--> statement-breakpoint
CREATE INDEX `audit_log_age` ON `audit_log` (`at`);--> statement-breakpoint
ALTER TABLE `people` ADD `erased_at` integer;--> statement-breakpoint
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN
  SELECT RAISE(ABORT, 'an entry of the audit log never changes');
END;
--> statement-breakpoint
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
WHEN OLD.at > (SELECT max(at) FROM audit_log) - 31536000000
BEGIN
  SELECT RAISE(ABORT, 'an entry of the audit log stays for a year');
END;
--> statement-breakpoint
CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'an entry of the audit log is never replaced');
END;
