// Notices by mail: which there are, and what an attempt to send one means. Pure: times and chance are arguments. SAFETY A46.

/** What people are written about; each can be switched off. */
export const NOTICE_KINDS = [
  "order-opened",
  "order-reminder",
  "order-closed",
  "order-answered",
  "order-received",
  "delivery",
  "join-asked",
  "certificate",
  "backup",
  "report",
  "release",
  "gathering",
  "fund",
  "news",
  "favourite",
  "payment",
] as const;
/** `account`: what happened to the person's own sign-in. Nobody can switch that off. */
export type NoticeKind = (typeof NOTICE_KINDS)[number] | "account";

/** How an attempt ended: taken, surely not taken (for now or for ever), or nobody knows. */
export type SendEnd = "taken" | "not-now" | "never" | "unknown";

/** What becomes of the notice. `nextAt` is epoch ms. */
export type NoticeVerdict = { readonly state: "sent" | "pending" | "uncertain" | "failed"; readonly nextAt: number };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** News older than this is none: an order of three days ago has closed. */
const GIVE_UP_AFTER = 72 * HOUR;

/**
 * Decides. A message whose fate is unknown is not written again: one event never fills a mailbox twice. `attempts` counts
 * this one; `chance` is in [0, 1); `patienceMs` is how long it is worth trying.
 */
export function judgeNotice(
  notice: { readonly createdAt: number; readonly attempts: number },
  end: SendEnd,
  now: number,
  chance: number,
  patienceMs = GIVE_UP_AFTER,
): NoticeVerdict {
  if (end === "taken") return { state: "sent", nextAt: now };
  if (end === "unknown") return { state: "uncertain", nextAt: now };
  if (end === "never" || isTooLate(notice, now, patienceMs)) return { state: "failed", nextAt: now };
  const span = Math.min(HOUR, MINUTE * 2 ** Math.min(notice.attempts - 1, 10));
  return { state: "pending", nextAt: now + Math.max(MINUTE / 2, Math.round(span * chance)) };
}

/** Whether a notice is no news any more, and is not even tried: a node put back from a backup does not write about last month. */
export function isTooLate(
  { createdAt }: { readonly createdAt: number },
  now: number,
  patienceMs = GIVE_UP_AFTER,
): boolean {
  return now - createdAt >= patienceMs;
}
