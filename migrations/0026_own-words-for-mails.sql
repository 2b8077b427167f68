CREATE TABLE `mail_texts` (
	`actor_id` text NOT NULL,
	`kind` text NOT NULL,
	`language` text NOT NULL,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`actor_id`, `kind`, `language`),
	FOREIGN KEY (`actor_id`) REFERENCES `actors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "mail_texts_language" CHECK("mail_texts"."language" IN ('it', 'en')),
	CONSTRAINT "mail_texts_kind" CHECK("mail_texts"."kind" IN ('opened', 'reminder', 'closed', 'agreed', 'changed', 'refused', 'cancelled', 'delivery', 'asked')),
	CONSTRAINT "mail_texts_length" CHECK(length("mail_texts"."subject") <= 150 AND length("mail_texts"."body") <= 4000)
) STRICT;
