CREATE TABLE `accounts` (
	`id` integer PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`kind` text NOT NULL,
	`ref` text NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "accounts_kind" CHECK("accounts"."kind" IN ('household', 'producer', 'cash', 'bank', 'rounding', 'fees', 'solidarity', 'stock', 'transport', 'deposit', 'opening')),
	CONSTRAINT "accounts_ref" CHECK(("accounts"."ref" <> '') = ("accounts"."kind" IN ('household', 'producer', 'deposit')))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_key` ON `accounts` (`actor_id`,`kind`,`ref`);--> statement-breakpoint
CREATE TABLE `credit_limits` (
	`actor_id` text NOT NULL,
	`household_id` text NOT NULL,
	`cents` integer NOT NULL,
	`person_id` text,
	`set_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `household_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "credit_limits_cents" CHECK("credit_limits"."cents" >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `invoice_cancels` (
	`invoice_id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`reason` text NOT NULL,
	`person_id` text NOT NULL,
	`approved_by` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invoice_cancels_eyes" CHECK("invoice_cancels"."approved_by" <> "invoice_cancels"."person_id")
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `invoice_orders` (
	`invoice_id` text NOT NULL,
	`order_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`cents` integer NOT NULL,
	PRIMARY KEY(`invoice_id`, `order_id`),
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `invoice_orders_order` ON `invoice_orders` (`actor_id`,`order_id`);--> statement-breakpoint
CREATE TABLE `invoice_vat` (
	`invoice_id` text NOT NULL,
	`rate_percent` integer NOT NULL,
	`taxable_cents` integer NOT NULL,
	`vat_cents` integer NOT NULL,
	PRIMARY KEY(`invoice_id`, `rate_percent`),
	FOREIGN KEY (`invoice_id`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `invoices` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`producer_id` text NOT NULL,
	`number` text NOT NULL,
	`issued_on` text NOT NULL,
	`due_on` text,
	`total_cents` integer NOT NULL,
	`note` text NOT NULL,
	`person_id` text,
	`at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invoices_total" CHECK("invoices"."total_cents" <> 0)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `invoices_number` ON `invoices` (`actor_id`,`producer_id`,`number`);--> statement-breakpoint
CREATE INDEX `invoices_at` ON `invoices` (`actor_id`,`at`);--> statement-breakpoint
CREATE TABLE `ledger_transactions` (
	`id` integer PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`business_key` text NOT NULL,
	`kind` text NOT NULL,
	`memo` text NOT NULL,
	`at` integer NOT NULL,
	`valued_on` text NOT NULL,
	`order_id` text,
	`person_id` text,
	`approved_by` text,
	`reverses` integer,
	`digest` text NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "ledger_transactions_kind" CHECK("ledger_transactions"."kind" IN ('charge', 'invoice-difference', 'payment', 'top-up', 'refund', 'fee', 'donation', 'grant', 'deposit', 'transfer', 'opening', 'reversal')),
	CONSTRAINT "ledger_transactions_reversal" CHECK(("ledger_transactions"."kind" = 'reversal') = ("ledger_transactions"."reverses" IS NOT NULL)),
	CONSTRAINT "ledger_transactions_eyes" CHECK(("ledger_transactions"."approved_by" IS NULL AND "ledger_transactions"."kind" NOT IN ('reversal', 'refund')) OR ("ledger_transactions"."approved_by" IS NOT NULL AND "ledger_transactions"."person_id" IS NOT NULL AND "ledger_transactions"."approved_by" <> "ledger_transactions"."person_id"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `ledger_transactions_at` ON `ledger_transactions` (`actor_id`,`at`);--> statement-breakpoint
CREATE INDEX `ledger_transactions_day` ON `ledger_transactions` (`actor_id`,`valued_on`);--> statement-breakpoint
CREATE INDEX `ledger_transactions_order` ON `ledger_transactions` (`actor_id`,`order_id`) WHERE order_id IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_transactions_key` ON `ledger_transactions` (`actor_id`,`business_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_transactions_reverses` ON `ledger_transactions` (`reverses`);--> statement-breakpoint
CREATE TABLE `money_decisions` (
	`request_id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`decision` text NOT NULL,
	`reason` text NOT NULL,
	`person_id` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`request_id`) REFERENCES `money_requests`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "money_decisions_decision" CHECK("money_decisions"."decision" IN ('approved', 'rejected', 'withdrawn'))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `money_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`kind` text NOT NULL,
	`wish` text NOT NULL,
	`household_id` text,
	`reason` text NOT NULL,
	`person_id` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "money_requests_kind" CHECK("money_requests"."kind" IN ('reversal', 'refund', 'own-movement', 'recharge', 'invoice-cancel'))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `money_requests_at` ON `money_requests` (`actor_id`,`at`);--> statement-breakpoint
CREATE TABLE `order_charges` (
	`actor_id` text NOT NULL,
	`order_id` text NOT NULL,
	`version` integer NOT NULL,
	`producer_id` text NOT NULL,
	`charged_cents` integer NOT NULL,
	`payable_cents` integer NOT NULL,
	`transaction_id` integer,
	`at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `order_id`, `version`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`transaction_id`) REFERENCES `ledger_transactions`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `order_charges_transaction` ON `order_charges` (`transaction_id`);--> statement-breakpoint
CREATE TABLE `payments` (
	`transaction_id` integer NOT NULL,
	`order_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`producer_id` text NOT NULL,
	`cents` integer NOT NULL,
	PRIMARY KEY(`transaction_id`, `order_id`),
	FOREIGN KEY (`transaction_id`) REFERENCES `ledger_transactions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `payments_order` ON `payments` (`actor_id`,`order_id`);--> statement-breakpoint
CREATE TABLE `postings` (
	`account_id` integer NOT NULL,
	`transaction_id` integer NOT NULL,
	`cents` integer NOT NULL,
	`balance_cents` integer NOT NULL,
	PRIMARY KEY(`account_id`, `transaction_id`),
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`transaction_id`) REFERENCES `ledger_transactions`(`id`) ON UPDATE no action ON DELETE no action DEFERRABLE INITIALLY DEFERRED,
	CONSTRAINT "postings_cents" CHECK("postings"."cents" <> 0)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `postings_transaction` ON `postings` (`transaction_id`);--> statement-breakpoint
CREATE TABLE `reservations` (
	`actor_id` text NOT NULL,
	`household_id` text NOT NULL,
	`order_id` text NOT NULL,
	`cents` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `household_id`, `order_id`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reservations_cents" CHECK("reservations"."cents" > 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `reservations_order` ON `reservations` (`actor_id`,`order_id`);
--> statement-breakpoint
CREATE TRIGGER accounts_no_update BEFORE UPDATE ON accounts
BEGIN
  SELECT RAISE(ABORT, 'ledger: accounts are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts
BEGIN
  SELECT RAISE(ABORT, 'ledger: accounts are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER accounts_no_replace BEFORE INSERT ON accounts
WHEN EXISTS (SELECT 1 FROM accounts WHERE id = NEW.id OR (actor_id = NEW.actor_id AND kind = NEW.kind AND ref = NEW.ref))
BEGIN
  SELECT RAISE(ABORT, 'ledger: accounts are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_transactions_no_update BEFORE UPDATE ON ledger_transactions
BEGIN
  SELECT RAISE(ABORT, 'ledger: ledger_transactions are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_transactions_no_delete BEFORE DELETE ON ledger_transactions
BEGIN
  SELECT RAISE(ABORT, 'ledger: ledger_transactions are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings
BEGIN
  SELECT RAISE(ABORT, 'ledger: postings are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings
BEGIN
  SELECT RAISE(ABORT, 'ledger: postings are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER postings_no_replace BEFORE INSERT ON postings
WHEN EXISTS (SELECT 1 FROM postings WHERE account_id = NEW.account_id AND transaction_id = NEW.transaction_id)
BEGIN
  SELECT RAISE(ABORT, 'ledger: postings are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER order_charges_no_update BEFORE UPDATE ON order_charges
BEGIN
  SELECT RAISE(ABORT, 'ledger: order_charges are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER order_charges_no_delete BEFORE DELETE ON order_charges
BEGIN
  SELECT RAISE(ABORT, 'ledger: order_charges are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER order_charges_no_replace BEFORE INSERT ON order_charges
WHEN EXISTS (SELECT 1 FROM order_charges WHERE actor_id = NEW.actor_id AND order_id = NEW.order_id AND version = NEW.version)
BEGIN
  SELECT RAISE(ABORT, 'ledger: order_charges are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER invoices_no_update BEFORE UPDATE ON invoices
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoices are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER invoices_no_delete BEFORE DELETE ON invoices
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoices are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER invoices_no_replace BEFORE INSERT ON invoices
WHEN EXISTS (SELECT 1 FROM invoices WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoices are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER invoice_vat_no_update BEFORE UPDATE ON invoice_vat
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoice_vat are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER invoice_vat_no_delete BEFORE DELETE ON invoice_vat
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoice_vat are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER invoice_vat_no_replace BEFORE INSERT ON invoice_vat
WHEN EXISTS (SELECT 1 FROM invoice_vat WHERE invoice_id = NEW.invoice_id AND rate_percent = NEW.rate_percent)
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoice_vat are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER invoice_orders_no_update BEFORE UPDATE ON invoice_orders
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoice_orders are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER invoice_orders_no_delete BEFORE DELETE ON invoice_orders
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoice_orders are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER invoice_orders_no_replace BEFORE INSERT ON invoice_orders
WHEN EXISTS (SELECT 1 FROM invoice_orders WHERE invoice_id = NEW.invoice_id AND order_id = NEW.order_id)
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoice_orders are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER invoice_cancels_no_update BEFORE UPDATE ON invoice_cancels
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoice_cancels are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER invoice_cancels_no_delete BEFORE DELETE ON invoice_cancels
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoice_cancels are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER invoice_cancels_no_replace BEFORE INSERT ON invoice_cancels
WHEN EXISTS (SELECT 1 FROM invoice_cancels WHERE invoice_id = NEW.invoice_id)
BEGIN
  SELECT RAISE(ABORT, 'ledger: invoice_cancels are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER payments_no_update BEFORE UPDATE ON payments
BEGIN
  SELECT RAISE(ABORT, 'ledger: payments are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER payments_no_delete BEFORE DELETE ON payments
BEGIN
  SELECT RAISE(ABORT, 'ledger: payments are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER payments_no_replace BEFORE INSERT ON payments
WHEN EXISTS (SELECT 1 FROM payments WHERE transaction_id = NEW.transaction_id AND order_id = NEW.order_id)
BEGIN
  SELECT RAISE(ABORT, 'ledger: payments are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER money_requests_no_update BEFORE UPDATE ON money_requests
BEGIN
  SELECT RAISE(ABORT, 'ledger: money_requests are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER money_requests_no_delete BEFORE DELETE ON money_requests
BEGIN
  SELECT RAISE(ABORT, 'ledger: money_requests are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER money_requests_no_replace BEFORE INSERT ON money_requests
WHEN EXISTS (SELECT 1 FROM money_requests WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'ledger: money_requests are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER money_decisions_no_update BEFORE UPDATE ON money_decisions
BEGIN
  SELECT RAISE(ABORT, 'ledger: money_decisions are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER money_decisions_no_delete BEFORE DELETE ON money_decisions
BEGIN
  SELECT RAISE(ABORT, 'ledger: money_decisions are never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER money_decisions_no_replace BEFORE INSERT ON money_decisions
WHEN EXISTS (SELECT 1 FROM money_decisions WHERE request_id = NEW.request_id)
BEGIN
  SELECT RAISE(ABORT, 'ledger: money_decisions are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER postings_next BEFORE INSERT ON postings
WHEN NEW.transaction_id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM ledger_transactions)
BEGIN
  SELECT RAISE(ABORT, 'ledger: a posting belongs to the next transaction, before it is sealed');
END;
--> statement-breakpoint
CREATE TRIGGER postings_balance BEFORE INSERT ON postings
WHEN NEW.balance_cents IS NOT NEW.cents + coalesce((SELECT balance_cents FROM postings WHERE account_id = NEW.account_id ORDER BY transaction_id DESC LIMIT 1), 0)
BEGIN
  SELECT RAISE(ABORT, 'ledger: a balance is the one before it plus the posting');
END;
--> statement-breakpoint
CREATE TRIGGER ledger_transactions_seal BEFORE INSERT ON ledger_transactions
BEGIN
  SELECT RAISE(ABORT, 'ledger: transactions follow one another') WHERE NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM ledger_transactions);
  SELECT RAISE(ABORT, 'ledger: this business key is taken') WHERE EXISTS (SELECT 1 FROM ledger_transactions WHERE actor_id = NEW.actor_id AND business_key = NEW.business_key);
  SELECT RAISE(ABORT, 'ledger: fewer than two postings') WHERE (SELECT count(*) FROM postings WHERE transaction_id = NEW.id) < 2;
  SELECT RAISE(ABORT, 'ledger: the postings do not sum to zero') WHERE (SELECT sum(cents) FROM postings WHERE transaction_id = NEW.id) IS NOT 0;
  SELECT RAISE(ABORT, 'ledger: a posting on the account of another') WHERE EXISTS (SELECT 1 FROM postings JOIN accounts ON accounts.id = postings.account_id WHERE postings.transaction_id = NEW.id AND accounts.actor_id <> NEW.actor_id);
  SELECT RAISE(ABORT, 'ledger: time does not go back') WHERE NEW.at < (SELECT max(at) FROM ledger_transactions WHERE actor_id = NEW.actor_id);
  SELECT RAISE(ABORT, 'ledger: reversed already') WHERE NEW.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM ledger_transactions WHERE reverses = NEW.reverses);
  SELECT RAISE(ABORT, 'ledger: nothing to reverse') WHERE NEW.reverses IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_transactions WHERE id = NEW.reverses AND actor_id = NEW.actor_id AND reverses IS NULL);
  SELECT RAISE(ABORT, 'ledger: a reversal is the mirror of its original') WHERE NEW.reverses IS NOT NULL AND ((SELECT count(*) FROM postings WHERE transaction_id = NEW.id) <> (SELECT count(*) FROM postings WHERE transaction_id = NEW.reverses) OR EXISTS (SELECT account_id, cents FROM postings WHERE transaction_id = NEW.id EXCEPT SELECT account_id, -cents FROM postings WHERE transaction_id = NEW.reverses));
END;
--> statement-breakpoint
CREATE TRIGGER money_decisions_eyes BEFORE INSERT ON money_decisions
WHEN NOT EXISTS (SELECT 1 FROM money_requests WHERE id = NEW.request_id AND actor_id = NEW.actor_id AND (person_id = NEW.person_id) = (NEW.decision = 'withdrawn'))
BEGIN
  SELECT RAISE(ABORT, 'ledger: nobody decides on what they asked for');
END;
