// What the inbound gate and the HTTP layer in front of it allow. SAFETY section 4.

/** Bytes of one request body. */
export const MAX_BODY_BYTES = 256 * 1024;
/** Bytes of all request headers, names and values. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** Bytes of one signature header: a real one takes about 700. */
export const MAX_SIGNATURE_BYTES = 4 * 1024;
/** Arrays and objects inside each other, the root counted. */
export const MAX_DEPTH = 16;
/** Values in one body: objects, arrays and scalars. */
export const MAX_NODES = 5_000;
/** Different member names in one body. Ours have about 200; each new name costs a parser far more than a known one. */
export const MAX_NAMES = 1_000;
/** Members of one object: engines slow down where objects become dictionaries. */
export const MAX_KEYS = 256;
/** Keys written with an escape in one body: real ones have none, and each has to be decoded by itself. */
export const MAX_ESCAPED_KEYS = 64;
/** Bytes of an id, actor or key id. */
export const MAX_IRI_BYTES = 2_048;
/** How far a signature's date may lie from our clock, in ms. */
export const MAX_CLOCK_SKEW_MS = 3_600_000;

/** Limits the HTTP layer keeps, because only it sees connections and time. */
export const INBOX_LIMITS = {
  /** The whole body must have come within this time, else 408. */
  bodyTimeoutMs: 15_000,
  /** Requests of one address, verified partners refunded, else 429. */
  requestsPerAddress: 300,
  requestsPerAddressWindowMs: 300_000,
  /** Requests of one verified partner, else 429. */
  requestsPerPartner: 600,
  requestsPerPartnerWindowMs: 60_000,
  /** Requests in process and waiting, else 503 with Retry-After. */
  inProcess: 16,
  waiting: 128,
  retryAfterSeconds: 30,
} as const;
