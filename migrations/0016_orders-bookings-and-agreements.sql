CREATE TABLE `order_agreements` (
	`order_id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`agreement_iri` text NOT NULL,
	`accept_iri` text NOT NULL,
	`epoch` integer NOT NULL,
	`revision` integer NOT NULL,
	`seller_epoch` integer NOT NULL,
	`sequence` integer NOT NULL,
	`status` text NOT NULL,
	`note` text,
	`payment_url` text,
	`lines` text NOT NULL,
	`total_cents` integer NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_agreements_status" CHECK("order_agreements"."status" IN ('accepted', 'confirmed', 'shipped', 'delivered', 'closed', 'cancelled'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `order_agreements_iri` ON `order_agreements` (`actor_id`,`agreement_iri`);--> statement-breakpoint
CREATE TABLE `order_arrivals` (
	`order_id` text NOT NULL,
	`line_number` integer NOT NULL,
	`actor_id` text NOT NULL,
	`arrived_thousandths` integer NOT NULL,
	PRIMARY KEY(`order_id`, `line_number`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`,`line_number`) REFERENCES `order_lines`(`order_id`,`number`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_arrivals_quantity" CHECK("order_arrivals"."arrived_thousandths" >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `baskets` (
	`order_id` text NOT NULL,
	`household_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`version` integer NOT NULL,
	`state` text NOT NULL,
	`pickup_id` text,
	`note` text NOT NULL,
	`total_cents` integer NOT NULL,
	`saved_by` text,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `household_id`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`,`household_id`) REFERENCES `households`(`actor_id`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "baskets_state" CHECK("baskets"."state" IN ('draft', 'confirmed', 'locked', 'saved', 'delivered', 'not-collected', 'cancelled')),
	CONSTRAINT "baskets_total" CHECK("baskets"."total_cents" >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `baskets_household` ON `baskets` (`actor_id`,`household_id`,`updated_at`);--> statement-breakpoint
CREATE TABLE `bookings` (
	`order_id` text NOT NULL,
	`household_id` text NOT NULL,
	`line_number` integer NOT NULL,
	`friend_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`quantity_thousandths` integer NOT NULL,
	`tolerance_thousandths` integer NOT NULL,
	`note` text NOT NULL,
	`booked_at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `household_id`, `line_number`, `friend_id`),
	FOREIGN KEY (`order_id`,`household_id`) REFERENCES `baskets`(`order_id`,`household_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`,`line_number`) REFERENCES `order_lines`(`order_id`,`number`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bookings_quantity" CHECK("bookings"."quantity_thousandths" > 0 AND "bookings"."tolerance_thousandths" >= 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `bookings_line` ON `bookings` (`order_id`,`line_number`,`quantity_thousandths`);--> statement-breakpoint
CREATE TABLE `order_counters` (
	`order_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`revision` integer NOT NULL,
	`actor_id` text NOT NULL,
	`answer_iri` text NOT NULL,
	`answer_by` integer NOT NULL,
	`reason` text,
	`lines` text NOT NULL,
	`total_cents` integer NOT NULL,
	`state` text NOT NULL,
	`at` integer NOT NULL,
	`settled_at` integer,
	PRIMARY KEY(`order_id`, `epoch`, `revision`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_counters_state" CHECK("order_counters"."state" IN ('open', 'taken', 'refused', 'lapsed')),
	CONSTRAINT "order_counters_settled" CHECK(("order_counters"."settled_at" IS NULL) = ("order_counters"."state" = 'open'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `order_counters_open` ON `order_counters` (`answer_by`) WHERE state = 'open';--> statement-breakpoint
CREATE TABLE `order_deliveries` (
	`order_id` text NOT NULL,
	`household_id` text NOT NULL,
	`line_number` integer NOT NULL,
	`friend_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`allocated_thousandths` integer NOT NULL,
	`delivered_thousandths` integer,
	`weights` text,
	`is_added` integer NOT NULL,
	PRIMARY KEY(`order_id`, `household_id`, `line_number`, `friend_id`),
	FOREIGN KEY (`order_id`,`line_number`) REFERENCES `order_lines`(`order_id`,`number`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_deliveries_quantity" CHECK("order_deliveries"."allocated_thousandths" >= 0 AND ("order_deliveries"."delivered_thousandths" IS NULL OR "order_deliveries"."delivered_thousandths" >= 0))
) STRICT;
--> statement-breakpoint
CREATE INDEX `order_deliveries_line` ON `order_deliveries` (`order_id`,`line_number`);--> statement-breakpoint
CREATE TABLE `order_delivery_money` (
	`id` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`household_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`cents` integer NOT NULL,
	`memo` text NOT NULL,
	`person_id` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_delivery_money_cents" CHECK("order_delivery_money"."cents" <> 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `order_delivery_money_order` ON `order_delivery_money` (`order_id`);--> statement-breakpoint
CREATE TABLE `order_delivery_notes` (
	`order_id` text NOT NULL,
	`document_iri` text NOT NULL,
	`actor_id` text NOT NULL,
	`activity_iri` text NOT NULL,
	`epoch` integer NOT NULL,
	`sequence` integer NOT NULL,
	`url` text,
	`fulfilments` text NOT NULL,
	`charges` text NOT NULL,
	`answer` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `document_iri`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_delivery_notes_answer" CHECK("order_delivery_notes"."answer" IN ('accepted', 'disputed'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `order_lines` (
	`order_id` text NOT NULL,
	`number` integer NOT NULL,
	`actor_id` text NOT NULL,
	`line_iri` text NOT NULL,
	`goods` text NOT NULL,
	`rules` text NOT NULL,
	`is_offered` integer NOT NULL,
	PRIMARY KEY(`order_id`, `number`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `order_moves` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`order_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`from_state` text NOT NULL,
	`to_state` text NOT NULL,
	`mover` text NOT NULL,
	`person_id` text,
	`reason` text,
	`at` integer NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_moves_mover" CHECK("order_moves"."mover" IN ('referente', 'clock', 'producer', 'system'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `order_moves_order` ON `order_moves` (`order_id`,`id`);--> statement-breakpoint
CREATE TABLE `order_snapshots` (
	`order_id` text NOT NULL,
	`number` integer NOT NULL,
	`version` integer NOT NULL,
	`actor_id` text NOT NULL,
	`content` text NOT NULL,
	`digest` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `number`, `version`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_snapshots_number" CHECK("order_snapshots"."number" IN (1, 2, 3))
) STRICT;
--> statement-breakpoint
CREATE TABLE `orders` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`producer_id` text NOT NULL,
	`cycle_iri` text,
	`name` text NOT NULL,
	`note` text NOT NULL,
	`state` text NOT NULL,
	`opens_at` integer,
	`closes_at` integer NOT NULL,
	`completes_until` integer,
	`pickups` text NOT NULL,
	`policies` text NOT NULL,
	`modifiers` text NOT NULL,
	`thread` text,
	`revision` integer NOT NULL,
	`closed_at` integer,
	`cancel_reason` text,
	`needs_person` text,
	`created_by` text,
	`made_from` text,
	`recurrence_id` text,
	`reminded_at` integer,
	`asked_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`recurrence_id`) REFERENCES `order_recurrences`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "orders_state" CHECK("orders"."state" IN ('draft', 'scheduled', 'open', 'completing', 'closed', 'sent', 'confirmed', 'arrived', 'delivering', 'delivered', 'archived', 'cancelled')),
	CONSTRAINT "orders_minute" CHECK("orders"."closes_at" % 60000 = 0),
	CONSTRAINT "orders_reason" CHECK(("orders"."cancel_reason" IS NULL) = ("orders"."state" <> 'cancelled')),
	CONSTRAINT "orders_sent" CHECK(("orders"."thread" IS NULL) = ("orders"."revision" = 0))
) STRICT;
--> statement-breakpoint
CREATE INDEX `orders_actor` ON `orders` (`actor_id`,`state`,`closes_at`);--> statement-breakpoint
CREATE INDEX `orders_producer` ON `orders` (`actor_id`,`producer_id`,`closes_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `orders_thread` ON `orders` (`actor_id`,`thread`) WHERE thread IS NOT NULL;--> statement-breakpoint
CREATE INDEX `orders_opening` ON `orders` (`opens_at`) WHERE state = 'scheduled';--> statement-breakpoint
CREATE INDEX `orders_closing` ON `orders` (`closes_at`) WHERE state = 'open';--> statement-breakpoint
CREATE INDEX `orders_completing` ON `orders` (`completes_until`) WHERE state = 'completing';--> statement-breakpoint
CREATE INDEX `orders_underway` ON `orders` (`state`) WHERE state IN ('closed', 'sent', 'delivered');--> statement-breakpoint
CREATE TABLE `order_recurrences` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`producer_id` text NOT NULL,
	`state` text NOT NULL,
	`rule` text NOT NULL,
	`template` text NOT NULL,
	`next_at` integer,
	`resumes_at` integer,
	`last_order_id` text,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_recurrences_state" CHECK("order_recurrences"."state" IN ('active', 'suspended', 'ended'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `order_recurrences_actor` ON `order_recurrences` (`actor_id`,`state`);--> statement-breakpoint
CREATE INDEX `order_recurrences_due` ON `order_recurrences` (`next_at`) WHERE next_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `sent_offers` (
	`order_id` text NOT NULL,
	`epoch` integer NOT NULL,
	`revision` integer NOT NULL,
	`actor_id` text NOT NULL,
	`offer_iri` text NOT NULL,
	`offer_digest` text NOT NULL,
	`agreement_iri` text NOT NULL,
	`lines` text NOT NULL,
	`total_cents` integer NOT NULL,
	`sent_at` integer NOT NULL,
	`refused_for` text,
	PRIMARY KEY(`order_id`, `epoch`, `revision`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sent_offers_revision" CHECK("sent_offers"."revision" >= 1 AND "sent_offers"."epoch" >= 1)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `sent_offers_iri` ON `sent_offers` (`offer_iri`);--> statement-breakpoint
CREATE TRIGGER `order_snapshots_stay` BEFORE UPDATE ON `order_snapshots` BEGIN SELECT RAISE(ABORT, 'what an order was is never changed'); END;--> statement-breakpoint
CREATE TRIGGER `order_snapshots_keep` BEFORE DELETE ON `order_snapshots` BEGIN SELECT RAISE(ABORT, 'what an order was is never forgotten'); END;--> statement-breakpoint
CREATE TRIGGER `order_moves_stay` BEFORE UPDATE ON `order_moves` BEGIN SELECT RAISE(ABORT, 'what happened to an order is never changed'); END;--> statement-breakpoint
CREATE TRIGGER `order_moves_keep` BEFORE DELETE ON `order_moves` BEGIN SELECT RAISE(ABORT, 'what happened to an order is never forgotten'); END;--> statement-breakpoint
CREATE TRIGGER `sent_offers_stay` BEFORE UPDATE OF `order_id`, `epoch`, `revision`, `actor_id`, `offer_iri`, `offer_digest`, `agreement_iri`, `lines`, `total_cents`, `sent_at` ON `sent_offers` BEGIN SELECT RAISE(ABORT, 'an Offer that was sent is never changed'); END;--> statement-breakpoint
CREATE TRIGGER `sent_offers_keep` BEFORE DELETE ON `sent_offers` BEGIN SELECT RAISE(ABORT, 'an Offer that was sent is never forgotten'); END;--> statement-breakpoint
CREATE TRIGGER `order_lines_goods_stay` BEFORE UPDATE OF `goods`, `line_iri`, `number`, `order_id`, `actor_id` ON `order_lines` BEGIN SELECT RAISE(ABORT, 'the goods of a line never change'); END;--> statement-breakpoint
CREATE TRIGGER `order_agreements_grow` BEFORE UPDATE ON `order_agreements`
WHEN (NEW.`epoch`, NEW.`revision`) < (OLD.`epoch`, OLD.`revision`) OR (NEW.`seller_epoch`, NEW.`sequence`) < (OLD.`seller_epoch`, OLD.`sequence`)
BEGIN SELECT RAISE(ABORT, 'an agreement never goes back to an older text'); END;--> statement-breakpoint
CREATE TRIGGER `order_delivery_money_stay` BEFORE UPDATE ON `order_delivery_money` BEGIN SELECT RAISE(ABORT, 'another entry undoes an entry'); END;--> statement-breakpoint
CREATE TRIGGER `order_delivery_money_keep` BEFORE DELETE ON `order_delivery_money` BEGIN SELECT RAISE(ABORT, 'another entry undoes an entry'); END;--> statement-breakpoint
-- Bookings change while the order takes them, and stand still from the closing on (I14).
CREATE TRIGGER `bookings_new_in_time` BEFORE INSERT ON `bookings`
WHEN (SELECT `state` FROM `orders` WHERE `id` = NEW.`order_id`) NOT IN ('open', 'completing')
BEGIN SELECT RAISE(ABORT, 'the order takes no more bookings'); END;--> statement-breakpoint
CREATE TRIGGER `bookings_changed_in_time` BEFORE UPDATE ON `bookings`
WHEN (SELECT `state` FROM `orders` WHERE `id` = NEW.`order_id`) NOT IN ('open', 'completing')
BEGIN SELECT RAISE(ABORT, 'the order takes no more bookings'); END;--> statement-breakpoint
CREATE TRIGGER `bookings_gone_in_time` BEFORE DELETE ON `bookings`
WHEN (SELECT `state` FROM `orders` WHERE `id` = OLD.`order_id`) NOT IN ('open', 'completing')
BEGIN SELECT RAISE(ABORT, 'the order takes no more bookings'); END;
