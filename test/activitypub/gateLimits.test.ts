import t from "tap";
import * as limits from "../../src/activitypub/gateLimits.ts";

t.test(
  "the gate's limits are the promised ones: 256 KiB, 16 KiB of headers, depth 16, 5,000 values, an hour, 15 s",
  async (t) => {
    t.match(limits, { MAX_BODY_BYTES: 262_144, MAX_HEADER_BYTES: 16_384, MAX_DEPTH: 16, MAX_NODES: 5_000 });
    t.match(limits, { MAX_IRI_BYTES: 2_048, MAX_CLOCK_SKEW_MS: 3_600_000, INBOX_LIMITS: { bodyTimeoutMs: 15_000 } });
  },
);
