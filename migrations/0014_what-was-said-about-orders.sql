CREATE TABLE `thread_messages` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`actor_id` text NOT NULL,
	`thread` text NOT NULL,
	`activity_iri` text NOT NULL,
	`peer` text NOT NULL,
	`direction` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`epoch` integer NOT NULL,
	`number` integer NOT NULL,
	`sequence` integer,
	`agreement_iri` text,
	`status` text,
	`digest` text NOT NULL,
	`bytes` blob NOT NULL,
	`proven_by` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "thread_messages_direction" CHECK("thread_messages"."direction" IN ('in', 'out')),
	CONSTRAINT "thread_messages_kind" CHECK("thread_messages"."kind" IN ('order', 'accepted', 'countered', 'rejected', 'withdrawn', 'status', 'delivery-note', 'note-accepted', 'note-disputed')),
	CONSTRAINT "thread_messages_status" CHECK("thread_messages"."status" IN ('accepted', 'confirmed', 'shipped', 'delivered', 'closed', 'cancelled'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `thread_messages_name` ON `thread_messages` (`actor_id`,`activity_iri`);--> statement-breakpoint
CREATE INDEX `thread_messages_thread` ON `thread_messages` (`actor_id`,`thread`,`id`);--> statement-breakpoint
CREATE INDEX `thread_messages_peer` ON `thread_messages` (`actor_id`,`peer`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `thread_messages_subject` ON `thread_messages` (`subject`);--> statement-breakpoint
CREATE INDEX `thread_messages_iri` ON `thread_messages` (`activity_iri`);--> statement-breakpoint
CREATE UNIQUE INDEX `thread_messages_once` ON `thread_messages` (`actor_id`,`thread`,`direction`,`kind`,`subject`,`epoch`,`number`) WHERE number > 0;--> statement-breakpoint
CREATE TABLE `thread_readings` (
	`actor_id` text NOT NULL,
	`peer` text NOT NULL,
	`cursor` text,
	`epoch` integer NOT NULL,
	`read_at` integer,
	`tried_at` integer NOT NULL,
	`failure` text,
	`released_by` text,
	PRIMARY KEY(`actor_id`, `peer`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
-- What was said stays said.
CREATE TRIGGER `thread_messages_unchanged` BEFORE UPDATE ON `thread_messages` BEGIN SELECT RAISE(ABORT, 'thread_messages is append-only'); END;--> statement-breakpoint
CREATE TRIGGER `thread_messages_kept` BEFORE DELETE ON `thread_messages` BEGIN SELECT RAISE(ABORT, 'thread_messages is append-only'); END;
