// What a file system or another process does to a database that is itself sound.

/** Disk full, locked by another, failing or read-only: nothing was kept, and the same may well succeed later. */
export function isStorageTrouble(error: unknown): boolean {
  if (!(error instanceof Error && "code" in error)) return false;
  return /^(SQLITE_(FULL|BUSY|LOCKED|IOERR|READONLY|CANTOPEN)|ENOSPC|EDQUOT|EROFS|EIO$)/.test(String(error.code));
}
