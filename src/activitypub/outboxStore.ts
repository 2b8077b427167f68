// Rows of the outbox as the relay claims and settles them, and as people see them. Prepared once: this is the hot path.
import type { Db } from "../db/transact.ts";
import type { Verdict } from "./delivery.ts";
import type { Lane } from "./outbox.ts";

/** A leased row with its frozen bytes. `token` fences: only the holder of the newest lease settles the row. */
export type LeasedRow = {
  readonly id: number;
  readonly activityId: string;
  readonly actorId: string;
  readonly inbox: string;
  readonly host: string;
  readonly recipient: string | null;
  readonly lane: Lane;
  readonly receiptKey: string | null;
  readonly attempts: number;
  readonly token: number;
  readonly leaseUntil: number;
  readonly createdAt: number;
  readonly json: string;
};

export type DueHost = {
  readonly host: string;
  readonly failures: number;
  readonly signatureSpec: "rfc9421" | "draft-cavage" | null;
  readonly isFiliera: 0 | 1;
};

/** One attempt's end, as it is written. */
export type Settlement = {
  readonly row: LeasedRow;
  readonly verdict: Verdict;
  readonly status: number | null;
  readonly signatureSpec: string | null;
};

export type OutboxStore = ReturnType<typeof createOutboxStore>;

const SQL = {
  dueHosts: `SELECT host, failures, signature_spec AS signatureSpec,
       EXISTS (SELECT 1 FROM remote_actors r WHERE r.host = peers.host AND r.is_filiera = 1) AS isFiliera
     FROM peers WHERE next_at <= ? AND paused_at IS NULL ORDER BY failures > 0, last_served_at LIMIT ?`,
  // A row waits while an earlier one of its thread to the same inbox is still on its way, an order row also while its actor's
  // lane is held after a restore (laneStore.ts).
  dueRows: `SELECT id, activity_id AS activityId, actor_id AS actorId, inbox, host, recipient, lane, receipt_key AS receiptKey,
       attempts, token, created_at AS createdAt
     FROM outbox o WHERE host = ? AND state = 'pending' AND next_at <= ? AND (thread IS NULL OR NOT EXISTS (
       SELECT 1 FROM outbox e WHERE e.thread = o.thread AND e.inbox = o.inbox AND e.id < o.id AND e.state IN ('pending', 'leased')))
       AND (lane <> 'order' OR coalesce((SELECT epoch FROM order_lanes l WHERE l.actor_id = o.actor_id), 1) >=
         coalesce((SELECT CAST(value AS INTEGER) FROM node_facts WHERE name = 'epoch'), 1))
     ORDER BY lane, id LIMIT ?`,
  lease: "UPDATE outbox SET state = 'leased', lease_until = ?, token = token + 1, attempts = attempts + 1 WHERE id = ?",
  bytes: "SELECT json FROM activities WHERE id = ?",
  rest: `UPDATE peers SET last_served_at = @now, next_at = (SELECT min(o.next_at) FROM outbox o WHERE o.host = peers.host AND o.state = 'pending')
     WHERE host = @host`,
  settleRow: `UPDATE outbox SET state = @state, next_at = @nextAt, lease_until = NULL, last_status = @status, last_error = @error,
       first_failed_at = CASE WHEN @error IS NULL THEN first_failed_at ELSE coalesce(first_failed_at, @now) END,
       finished_at = CASE WHEN @state = 'pending' THEN NULL ELSE @now END
     WHERE id = @id AND token = @token AND state = 'leased'`,
  peerFailed: `UPDATE peers SET failures = failures + 1, failing_since = coalesce(failing_since, @now), next_at = @nextAt,
       last_error = @error, last_served_at = @now WHERE host = @host`,
  peerAnswered: `UPDATE peers SET failures = 0, failing_since = NULL, last_served_at = @now, last_delivered_at = @now, last_error = @error,
       signature_spec = coalesce(@signatureSpec, signature_spec),
       next_at = (SELECT min(o.next_at) FROM outbox o WHERE o.host = peers.host AND o.state = 'pending') WHERE host = @host`,
  release: "UPDATE outbox SET state = 'pending', lease_until = NULL WHERE state = 'leased' AND lease_until < ?",
  releaseOne:
    "UPDATE outbox SET state = 'pending', lease_until = NULL, attempts = attempts - 1 WHERE id = ? AND token = ? AND state = 'leased'",
  // A failing host keeps its own time.
  reopen: "UPDATE peers SET next_at = @now WHERE host = @host AND failing_since IS NULL",
  wakeWaiting: `UPDATE peers SET next_at = ? WHERE next_at IS NULL AND EXISTS (SELECT 1 FROM outbox o WHERE o.host = peers.host AND o.state = 'pending')`,
};

/** Prepares the statements once; every function runs inside the caller's transaction. */
export function createOutboxStore(db: Db) {
  const dueHosts = db.raw.prepare<[number, number], DueHost>(SQL.dueHosts);
  const dueRows = db.raw.prepare<
    [string, number, number],
    Omit<LeasedRow, "token" | "leaseUntil" | "json"> & { token: number }
  >(SQL.dueRows);
  const lease = db.raw.prepare(SQL.lease);
  const bytes = db.raw.prepare<[string], { json: string }>(SQL.bytes);
  const rest = db.raw.prepare(SQL.rest);
  const settleRow = db.raw.prepare(SQL.settleRow);
  const peerFailed = db.raw.prepare(SQL.peerFailed);
  const peerAnswered = db.raw.prepare(SQL.peerAnswered);
  const release = db.raw.prepare(SQL.release);
  const releaseOne = db.raw.prepare(SQL.releaseOne);
  const reopen = db.raw.prepare(SQL.reopen);
  const wakeWaiting = db.raw.prepare(SQL.wakeWaiting);
  return {
    /** Hosts with something due, live ones first, the longest unserved first. */
    listDueHosts: (now: number, limit: number): DueHost[] => dueHosts.all(now, limit),

    /** Leases up to `limit` due rows of a host until `leaseUntil`. */
    leaseRows: (host: string, now: number, leaseUntil: number, limit: number): LeasedRow[] => {
      const rows = dueRows.all(host, now, limit);
      if (rows.length === 0) rest.run({ now, host });
      return rows.map((row) => {
        lease.run(leaseUntil, row.id);
        const json = bytes.get(row.activityId)?.json ?? "";
        return { ...row, attempts: row.attempts + 1, token: row.token + 1, leaseUntil, json };
      });
    },

    /** Writes how an attempt ended. False when another holds the lease by now: then nothing changed. */
    settle: ({ row, verdict, status, signatureSpec }: Settlement, now: number): boolean => {
      const { state, nextAt, error } = verdict;
      const changed = settleRow.run({ state, nextAt, status, error, now, id: row.id, token: row.token }).changes > 0;
      // Where nothing was sent, nothing is known of the host.
      if (!verdict.isHostFailing && status === null) rest.run({ now, host: row.host });
      else if (verdict.isHostFailing) peerFailed.run({ now, nextAt: verdict.hostNextAt, error, host: row.host });
      else peerAnswered.run({ now, error, signatureSpec, host: row.host });
      return changed;
    },

    /** Gives back leases whose rows were never sent. */
    releaseRows: (rows: readonly LeasedRow[], now: number): void => {
      for (const row of rows) releaseOne.run(row.id, row.token);
      for (const host of new Set(rows.map((row) => row.host))) reopen.run({ now, host });
    },

    /** Gives back every lease that ran out, as after a crash, and lets the relay see the rows again. */
    releaseExpired: (now: number, expiredBefore = now): number => {
      const { changes } = release.run(expiredBefore);
      wakeWaiting.run(now);
      return changes;
    },
  };
}
