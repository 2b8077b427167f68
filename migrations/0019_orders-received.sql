CREATE TABLE `delivery_notes` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`thread` text NOT NULL,
	`document_iri` text NOT NULL,
	`sequence` integer NOT NULL,
	`epoch` integer NOT NULL,
	`fulfilments` text NOT NULL,
	`charges` text NOT NULL,
	`state` text NOT NULL,
	`answer` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`thread`) REFERENCES `received_orders`(`actor_id`,`thread`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "delivery_notes_state" CHECK("delivery_notes"."state" IN ('sent', 'accepted', 'disputed'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `delivery_notes_thread` ON `delivery_notes` (`actor_id`,`thread`);--> statement-breakpoint
CREATE UNIQUE INDEX `delivery_notes_iri` ON `delivery_notes` (`document_iri`);--> statement-breakpoint
CREATE TABLE `received_orders` (
	`actor_id` text NOT NULL,
	`thread` text NOT NULL,
	`buyer` text NOT NULL,
	`cycle_id` text,
	`state` text NOT NULL,
	`latest` text NOT NULL,
	`counter` text,
	`agreed` text,
	`request` text,
	`agreement_iri` text,
	`epoch` integer NOT NULL,
	`sequence` integer NOT NULL,
	`status` text,
	`is_withdrawn` integer NOT NULL,
	`price_delta_hundredths_percent` integer NOT NULL,
	`pickup` integer,
	`waiting` text NOT NULL,
	`doubt` text,
	`answer_by` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `thread`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`cycle_id`) REFERENCES `cycles`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "received_orders_state" CHECK("received_orders"."state" IN ('received', 'countered', 'accepted', 'confirmed', 'shipped', 'delivered', 'closed', 'rejected', 'cancelled')),
	CONSTRAINT "received_orders_agreed" CHECK(("received_orders"."agreed" IS NULL) = ("received_orders"."agreement_iri" IS NULL)),
	CONSTRAINT "received_orders_status" CHECK(("received_orders"."agreed" IS NULL) = ("received_orders"."status" IS NULL)),
	CONSTRAINT "received_orders_counter" CHECK(("received_orders"."counter" IS NULL) = ("received_orders"."answer_by" IS NULL))
) STRICT;
--> statement-breakpoint
CREATE INDEX `received_orders_list` ON `received_orders` (`actor_id`,`state`,`updated_at`);--> statement-breakpoint
CREATE INDEX `received_orders_cycle` ON `received_orders` (`actor_id`,`cycle_id`,`state`);--> statement-breakpoint
CREATE INDEX `received_orders_buyer` ON `received_orders` (`actor_id`,`buyer`,`created_at`);--> statement-breakpoint
CREATE INDEX `received_orders_answer_by` ON `received_orders` (`answer_by`) WHERE answer_by IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `received_orders_agreement` ON `received_orders` (`agreement_iri`) WHERE agreement_iri IS NOT NULL;--> statement-breakpoint
DROP INDEX `cycles_settling`;--> statement-breakpoint
ALTER TABLE `cycles` ADD `settled_at` integer;--> statement-breakpoint
CREATE INDEX `cycles_settling` ON `cycles` (`closes_at`) WHERE state = 'closed' AND settled_at IS NULL;