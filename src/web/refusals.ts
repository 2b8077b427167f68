// The one table that turns a refusal's code into a status. Its sentence is the words key `refusal.<code>`.
import type { Refusal } from "../kernel/refusal.ts";
import type { Say } from "./words.ts";

/**
 * Code -> HTTP status. A slice adds its codes here, in its own block, and their sentences in words/{it,en}/refusal.json:
 * what happened, what is safe, what to do. The facts of the refusal fill the sentence.
 */
export const REFUSALS: Readonly<Record<string, number>> = {
  // Any page
  "bad-request": 400,
  "unexpected-field": 400,
  "signed-out": 401,
  "foreign-form": 403,
  "form-expired": 403,
  "not-found": 404,
  "not-yours": 404,
  gone: 410,
  "stale-version": 409,
  "too-large": 413,
  "address-too-long": 414,
  "unsupported-media": 415,
  "invalid-fields": 422,
  "no-file": 422,
  "too-many-requests": 429,
  bug: 500,
  "key-reused": 422,
  "bad-key": 400,
  "node-busy": 503,
  "no-space": 503,
  // Members
  "link-spent": 410,
  "setup-done": 410,
  "handle-taken": 409,
  "handle-reserved": 422,
  "too-many-friends": 422,
  // Sales
  "wrong-state": 409,
  "no-lines": 422,
  "last-line": 409,
  "no-such-line": 404,
  "too-many-lines": 422,
  "no-reason": 422,
  "orders-waiting": 409,
  "to-verify": 409,
  "bad-lines": 422,
  "no-such-delivery": 404,
  "closing-not-ahead": 422,
  "opening-not-ahead": 422,
  "bad-handle": 422,
  "bad-name": 422,
  // Partners
  "no-such-actor": 404,
  "follow-self": 409,
  "already-following": 409,
  "no-such-follow": 409,
  blocked: 403,
  "peer-blocked": 403,
  "peer-unreachable": 503,
  "peer-no-actor": 422,
  "not-a-filiera-peer": 422,
  "wrong-party": 422,
  "bad-terms": 422,
  "already-partners": 409,
  "proposal-pending": 409,
  "no-such-pact": 404,
  "pact-over": 409,
  "own-proposal": 409,
  "own-key-changed": 409,
  "not-compared": 422,
  "not-called": 422,
  "already-so": 409,
  "other-proposal": 409,
  "not-sure": 422,
  "bad-date": 422,
  "why-give-up": 422,
  // Catalogs
  "no-such-product": 404,
  "no-such-import": 404,
  "invalid-product": 422,
  "unreadable-file": 422,
  "file-too-large": 413,
  "file-too-heavy": 422,
  "too-heavy": 503,
  "too-many-rows": 422,
  "too-many-columns": 422,
  "empty-list": 422,
  "columns-unclear": 422,
  "no-columns": 409,
  "too-busy": 503,
  "unreadable-picture": 422,
  "too-many-pictures": 422,
  "picture-without-words": 422,
  // Orders
  "order-not-open": 409,
  "no-such-pickup": 422,
  "bad-note": 422,
  "no-such-friend": 422,
  twice: 422,
  // Ledger
  "credit-too-low": 409,
  unbalanced: 422,
  "nothing-to-post": 422,
  "amount-too-big": 422,
  "key-of-another": 409,
  "second-person": 409,
  "no-such-movement": 404,
  "reversal-stays": 409,
  "already-charged": 409,
  "wrong-version": 409,
  "not-positive": 422,
  "own-balance": 409,
  "fund-too-low": 409,
  "bad-year": 422,
  "no-orders": 422,
  "invoice-sums": 422,
  "vat-sums": 422,
  "bad-vat-rate": 422,
  "invoice-known": 409,
  "other-producer": 422,
  "no-difference": 409,
  "not-open": 409,
  "no-such-invoice": 404,
  "difference-stands": 409,
  "no-such-request": 404,
  "already-decided": 409,
  "already-asked": 409,
  "sign-in-again": 401,
};

/** The status of a refusal. A code the table does not know is still a no to what was asked: 422. */
export function statusOf(refusal: Refusal): number {
  return REFUSALS[refusal.refused] ?? 422;
}

/** The sentence of a refusal for a person. */
export function sentenceOf(refusal: Refusal, say: Say): string {
  const { refused, ...facts } = refusal;
  return refused in REFUSALS ? say(`refusal.${refused}`, facts) : say("refusal.other", { code: refused });
}
