ALTER TABLE `households` ADD `left_by` text;--> statement-breakpoint
DROP TRIGGER `bookings_changed_in_time`;--> statement-breakpoint
CREATE TRIGGER `bookings_changed_in_time` BEFORE UPDATE ON `bookings`
WHEN (SELECT `state` FROM `orders` WHERE `id` = NEW.`order_id`) NOT IN ('open', 'completing')
  AND NOT (NEW.`note` = '' AND NEW.`order_id` IS OLD.`order_id` AND NEW.`household_id` IS OLD.`household_id`
    AND NEW.`line_number` IS OLD.`line_number` AND NEW.`friend_id` IS OLD.`friend_id` AND NEW.`actor_id` IS OLD.`actor_id`
    AND NEW.`quantity_thousandths` IS OLD.`quantity_thousandths`
    AND NEW.`tolerance_thousandths` IS OLD.`tolerance_thousandths` AND NEW.`booked_at` IS OLD.`booked_at`)
BEGIN SELECT RAISE(ABORT, 'the order takes no more bookings'); END;
