// Whether our clock is right, by what the clocks of other nodes say when they answer. In memory: each start looks anew.

const MOST_HOSTS = 500;
/** A Date header is cut to its second: on average half a second is missing. */
const CUT_MS = 500;

/** `median`: how far we are ahead of the host in the middle, in ms, and of how many; null before anybody answered. */
export type ClockWatch = {
  readonly note: (host: string, date: string, now: number) => void;
  readonly median: () => { readonly aheadMs: number; readonly hosts: number } | null;
};

/** The last word of each host counts; a wrong clock among many moves nothing. */
export function createClockWatch(): ClockWatch {
  const aheadByHost = new Map<string, number>();
  return {
    note: (host, date, now) => {
      const at = Date.parse(date);
      if (!Number.isFinite(at)) return;
      aheadByHost.delete(host);
      if (aheadByHost.size >= MOST_HOSTS) aheadByHost.delete(aheadByHost.keys().next().value ?? "");
      aheadByHost.set(host, now - at - CUT_MS);
    },
    median: () => {
      const sorted = [...aheadByHost.values()].sort((a, b) => a - b);
      const aheadMs = sorted[Math.floor(sorted.length / 2)];
      return aheadMs === undefined ? null : { aheadMs, hosts: sorted.length };
    },
  };
}
