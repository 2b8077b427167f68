// What a file system or another process does to a database that is itself sound, and how the log hears of it.

/** Disk full, locked by another, failing or read-only: nothing was kept, and the same may well succeed later. */
export function isStorageTrouble(error: unknown): boolean {
  if (!(error instanceof Error && "code" in error)) return false;
  return /^(SQLITE_(FULL|BUSY|LOCKED|IOERR|READONLY|CANTOPEN)|ENOSPC|EDQUOT|EROFS|EIO$)/.test(String(error.code));
}

/** Hears of every write that met trouble and of every one that did not. */
export type StorageNews = { readonly failed: (error: unknown) => void; readonly worked: () => void };

const SAY_AGAIN_AFTER_MS = 60_000;

/**
 * Makes few words of many failures: `say` hears the first error, then one a minute at most while it lasts, and null once
 * writing works again. `now` is epoch ms.
 */
export function createStorageNews(now: () => number, say: (error: unknown) => void): StorageNews {
  let saidAt: number | null = null;
  let isTroubled = false;
  return {
    failed: (error) => {
      isTroubled = true;
      // Also when the clock went back: silence must not last.
      if (saidAt !== null && Math.abs(now() - saidAt) < SAY_AGAIN_AFTER_MS) return;
      saidAt = now();
      say(error);
    },
    worked: () => {
      if (!isTroubled) return;
      isTroubled = false;
      say(null);
    },
  };
}
