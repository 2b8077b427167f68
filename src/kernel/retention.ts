// How long a node keeps what no law asks for: each period with its usual length and the limits within which a person may choose. Pure.
// Books (ten years) and what was agreed with others are no choice and do not stand here. SAFETY 8, 9, C53.

/** Days. `least`: what signatures, letters tried again and links still under way need; `most`: longer would be curiosity. */
type Limits = { readonly usual: number; readonly least: number; readonly most: number };

const LIMITS = {
  /** A browser that is not used is signed out. */
  idle: { usual: 30, least: 1, most: 30 },
  /** And every browser after that, used or not. */
  session: { usual: 90, least: 1, most: 90 },
  /** Invitations and links, after they have lapsed. */
  links: { usual: 30, least: 1, most: 90 },
  /** Changes of e-mail address; the link that takes one back holds for a week. */
  addresses: { usual: 90, least: 8, most: 365 },
  /** Texts of notices, after they were sent. */
  notices: { usual: 90, least: 7, most: 365 },
  /** Who asked to join, after the answer. */
  requests: { usual: 90, least: 7, most: 365 },
  /** Who asked to join or to found a group and had no answer. */
  waiting: { usual: 730, least: 30, most: 730 },
  /** Who wants to be told of a group near them. */
  seekers: { usual: 365, least: 30, most: 365 },
  /** Foundings that ended. */
  foundings: { usual: 365, least: 30, most: 730 },
  /** Who booked at a gathering, after its end. */
  bookings: { usual: 90, least: 7, most: 365 },
  /** Public messages of others, whole as they came: letters are tried for 14 days, and each counts once. */
  arrivals: { usual: 30, least: 15, most: 90 },
  /** Our public letters, after they arrived or were given up. */
  letters: { usual: 90, least: 15, most: 365 },
  /** Messages that were turned away, and why. */
  refusals: { usual: 90, least: 15, most: 365 },
  /** Reports, after they were dealt with. */
  reports: { usual: 90, least: 15, most: 730 },
  /** Who did what: the database itself keeps a year (SAFETY C42). */
  audit: { usual: 365, least: 365, most: 3650 },
} as const satisfies Record<string, Limits>;

export type Period = keyof typeof LIMITS;
/** Days, by period. */
export type Periods = Readonly<Record<Period, number>>;

export const PERIODS = Object.keys(LIMITS) as readonly Period[];

/** The usual length of a period and its limits, in days. */
export function limitsOf(period: Period): Limits {
  return LIMITS[period];
}

/** What a node keeps by, from what was stored: the usual where nothing was, or nothing that holds. */
export function readPeriods(stored: string | undefined): Periods {
  const chosen = stored === undefined ? {} : (JSON.parse(stored) as Record<string, unknown>);
  const days = (period: Period): number => {
    const { usual, least, most } = LIMITS[period];
    const wish = chosen[period];
    return typeof wish === "number" && Number.isInteger(wish) && wish >= least && wish <= most ? wish : usual;
  };
  return Object.fromEntries(PERIODS.map((period) => [period, days(period)])) as Periods;
}

/** The form in which chosen periods are stored: only what is not usual, so that a better usual length reaches who never chose. */
export function writePeriods(periods: Periods): string {
  const chosen = PERIODS.filter((period) => periods[period] !== LIMITS[period].usual);
  return JSON.stringify(Object.fromEntries(chosen.map((period) => [period, periods[period]])));
}

/** Periods that end earlier than before: with them something goes that was to stay. */
export function shortenedPeriods(before: Periods, after: Periods): Period[] {
  return PERIODS.filter((period) => after[period] < before[period]);
}
