// Rows of certificates' documents <-> values; the only queries on them. The bytes lie in the data folder.
import { count, eq } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { certificateFiles } from "./tables.ts";

type CertificateFile = typeof certificateFiles.$inferSelect;

export function saveCertificateFile(tx: Tx, file: CertificateFile): void {
  tx.insert(certificateFiles).values(file).onConflictDoNothing().run();
}

export function countCertificateFiles(tx: Tx, actorId: string): number {
  return (
    tx.select({ total: count() }).from(certificateFiles).where(eq(certificateFiles.actorId, actorId)).get()?.total ?? 0
  );
}

/** The document with this hash, whoever uploaded it. */
export function loadCertificateFile(tx: Tx, hash: string): CertificateFile | undefined {
  return tx.select().from(certificateFiles).where(eq(certificateFiles.hash, hash)).limit(1).get();
}
