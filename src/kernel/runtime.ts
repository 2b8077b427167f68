// Until when each Node.js is repaired: dates that its project published. Pure. https://github.com/nodejs/release#release-schedule

/** Major version -> the day its repairs end, "YYYY-MM-DD". */
const REPAIRED_UNTIL: Readonly<Record<number, string>> = {
  22: "2027-04-30",
  23: "2025-06-01",
  24: "2028-04-30",
  25: "2026-06-01",
  26: "2029-04-30",
};
const SOON_MS = 90 * 86_400_000;

/** How it is with the runtime. `until` (epoch ms): when its repairs end; null for one this version does not know. */
export type RuntimeCare = {
  readonly state: "repaired" | "soon-over" | "over" | "unknown";
  readonly until: number | null;
};

/** How it is with a Node.js version ("24.21.0") at a time (epoch ms). */
export function judgeRuntime(version: string, now: number): RuntimeCare {
  const day = REPAIRED_UNTIL[Number(version.replace(/^v/, "").split(".")[0])];
  if (day === undefined) return { state: "unknown", until: null };
  const until = Date.parse(`${day}T12:00:00Z`);
  return { state: now > until ? "over" : until - now < SOON_MS ? "soon-over" : "repaired", until };
}
