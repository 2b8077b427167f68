CREATE TABLE `supplier_contacts` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`import_id` text NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`phone` text NOT NULL,
	`website` text NOT NULL,
	`place` text NOT NULL,
	`vat_number` text NOT NULL,
	`address` text NOT NULL,
	`referent` text NOT NULL,
	`note` text NOT NULL,
	`state` text NOT NULL,
	`peer` text,
	`is_followed_by_list` integer NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` integer,
	`problem` text,
	`invited_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`import_id`) REFERENCES `supplier_imports`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "supplier_contacts_state" CHECK("supplier_contacts"."state" IN ('kept', 'invited', 'to-find', 'not-found', 'followed'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `supplier_contacts_actor` ON `supplier_contacts` (`actor_id`,`name`);--> statement-breakpoint
CREATE INDEX `supplier_contacts_due` ON `supplier_contacts` (`next_at`);--> statement-breakpoint
CREATE TABLE `supplier_imports` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`state` text NOT NULL,
	`file_name` text NOT NULL,
	`bytes` blob,
	`list` text,
	`column_mapping` text,
	`by_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "supplier_imports_state" CHECK("supplier_imports"."state" IN ('open', 'confirmed', 'undone', 'discarded'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `supplier_imports_actor` ON `supplier_imports` (`actor_id`,`created_at`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_letter_queue` (
	`id` integer PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`facts` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "letter_kind" CHECK("__new_letter_queue"."kind" IN ('seek', 'near', 'founding', 'bud-waiting', 'invitation', 'join-refused', 'learn', 'gathering', 'supplier')),
	CONSTRAINT "letter_state" CHECK("__new_letter_queue"."state" IN ('pending', 'sending', 'sent', 'uncertain', 'failed', 'void'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_letter_queue`("id", "actor_id", "kind", "subject_id", "facts", "state", "attempts", "next_at", "last_error", "created_at", "settled_at") SELECT "id", "actor_id", "kind", "subject_id", "facts", "state", "attempts", "next_at", "last_error", "created_at", "settled_at" FROM `letter_queue`;--> statement-breakpoint
DROP TABLE `letter_queue`;--> statement-breakpoint
ALTER TABLE `__new_letter_queue` RENAME TO `letter_queue`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `letter_due` ON `letter_queue` (`next_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `letter_sending` ON `letter_queue` (`id`) WHERE state = 'sending';--> statement-breakpoint
CREATE INDEX `letter_subject` ON `letter_queue` (`kind`,`subject_id`) WHERE state IN ('pending', 'sending');--> statement-breakpoint
CREATE INDEX `letter_settled` ON `letter_queue` (`settled_at`);