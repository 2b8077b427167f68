// A file that carries people's data away from the node's pages is written down first (SAFETY C41, C54).
import type { FastifyRequest } from "fastify";
import { transact } from "../db/transact.ts";
import { recordAudit } from "./auditStore.ts";

/** Keeps that who asks takes a file home; `file` says which, without names. Nothing leaves where that cannot be written. */
export function noteExport(request: FastifyRequest, file: string): void {
  const { db, clock } = request.server.web;
  const [actorId, byId] = [request.seat?.actorId ?? null, request.visitor?.personId ?? null];
  const entry = { what: "sheet", actorId, byId, aboutId: null, detail: file, at: clock.now() } as const;
  transact(db, (tx) => recordAudit(tx, entry));
}
