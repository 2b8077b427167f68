// What the audit log knows how to tell, and in which group it is looked for. Nothing here but words. SAFETY C41, ASVS 16.

/** Groups by which the log is narrowed -> what can have happened. Each has its sentence, `audit.what.<what>`. */
export const AUDIT_WHATS = {
  "sign-in": ["signed-in", "signed-out", "sessions-ended"],
  "sign-in-failed": ["wrong-password", "wrong-code", "dead-link", "passkey-behind"],
  denied: ["denied"],
  account: [
    "password-set",
    "password-dropped",
    "second-factor-on",
    "second-factor-off",
    "second-factor-reset",
    "password-reset",
    "codes-renewed",
    "passkey-made",
    "passkey-dropped",
    "email-asked",
    "email-changed",
    "email-undone",
    "erased",
    "erased-again",
  ],
  people: [
    "invited",
    "joined",
    "roles",
    "shut-out",
    "let-in",
    "left",
    "join-approved",
    "join-refused",
    "household-joined",
    "household-left",
    "people-imported",
    "people-import-undone",
    ...(["suppliers-imported", "suppliers-import-undone"] as const),
    "people-welcomed",
    "founding-agreed",
    "founding-refused",
    "bud-entered",
    ...(["family-named", "family-link", "family-code", "family-moved"] as const),
  ],
  money: [
    "moved",
    "money-asked",
    "payment-asked",
    "limit",
    "fees",
    "invoice",
    "payment",
    "difference",
    "correction-asked",
    "correction-approved",
    "correction-refused",
    "correction-withdrawn",
    "charged",
    "fund-shared",
  ],
  settings: [
    ...["joining", "profile", "orders-begin", "place", "mail-text", "key-rotated", "actor-made", "cycle", "pact"],
    ...["retired", "former", "moved-away", "retired-not", "gone", "charter", "network-chosen"],
    "statistics",
    "quota",
    "fund-rules",
    ...["certified", "certificate-revoked", "certificate-barred", "certificate-allowed"],
    ...["hub-token-made", "hub-token-revoked", "hub-list-removed", "hub-vat-assigned"],
    ...["bud-proposed", "bud-dropped", "bud-made"],
    ...(["gathering", "news", "retention", "release-feed"] as const),
  ],
  moderation: [
    ...["domain-blocked", "domain-allowed", "domain-freed", "domains-listed", "allowlist", "report-settled"],
    ...(["host-paused", "host-resumed"] as const),
    ...["network-asked", "network-left", "member-accepted", "member-refused", "member-removed"],
  ],
  export: ["own-data", "node-data", "sheet"],
  backup: ["backup-made", "restored", "night-saved", "night-failed", "backup-hour"],
} as const;

export type AuditKind = keyof typeof AUDIT_WHATS;
export type AuditWhat = (typeof AUDIT_WHATS)[AuditKind][number];

export const AUDIT_KINDS = Object.keys(AUDIT_WHATS) as [AuditKind, ...AuditKind[]];

const KIND_OF = new Map<AuditWhat, AuditKind>(
  AUDIT_KINDS.flatMap((kind) => AUDIT_WHATS[kind].map((what): [AuditWhat, AuditKind] => [what, kind])),
);

/** The group something that happened is looked for in. */
export function kindOf(what: AuditWhat): AuditKind {
  return KIND_OF.get(what) ?? "account";
}

/**
 * What happened, by whom, to whom. `actorId` null: at the node; `byId` null: by nobody we know, by the clock or on the command line.
 * `detail` is short and holds no secret, no address, no name: who is erased has none any more. `at` epoch ms.
 */
export type AuditEntry = {
  readonly what: AuditWhat;
  readonly actorId: string | null;
  readonly byId: string | null;
  readonly aboutId: string | null;
  readonly detail: string;
  readonly at: number;
};
