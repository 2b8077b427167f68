// The network between simulated nodes: it carries each request from one node's client into another's server, and loses,
// repeats, delays, reorders and cuts as the dice say. Addresses, signatures, receipts and pages are the real ones.
import type { Answer, Fetcher, NoAnswer, SignableRequest } from "../../src/activitypub/guardedFetch.ts";
import type { Dice } from "./seed.ts";

/** What a node's server does with a request; null when nobody is there. */
export type Answerer = (request: SignableRequest & { readonly headers: Readonly<Record<string, string>> }) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
} | null>;

/** How bad the weather is: each number is "once in so many requests", 0 for never. */
export type Weather = {
  readonly lost: number;
  readonly answerLost: number;
  readonly repeated: number;
  readonly delayed: number;
  readonly cut: number;
};

export const FAIR: Weather = { lost: 0, answerLost: 0, repeated: 0, delayed: 0, cut: 0 };
export const FOUL: Weather = { lost: 8, answerLost: 8, repeated: 8, delayed: 8, cut: 16 };

type Delayed = { readonly at: number; readonly origin: string; readonly request: SignableRequest };
type Parts = {
  readonly dice: Dice;
  readonly now: () => number;
  readonly answererOf: (origin: string) => Answerer | null;
};

const HOUR = 3_600_000;

/** The air all nodes share. */
export class Air {
  weather: Weather = FAIR;
  /** Pairs of origins, "from>to", between which nothing passes. */
  readonly partitions = new Set<string>();
  readonly #parts: Parts;
  readonly #delayed: Delayed[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The client of one node. */
  carrierOf(from: string): Fetcher {
    const common = { "user-agent": `Filiera (+${from}/actor)`, "accept-encoding": "identity" };
    return {
      get: async (url, { accept, sign }) => {
        const request = await dress({ method: "GET", url, headers: { ...common, accept }, body: null }, sign);
        return this.#carry(from, request);
      },
      post: async (url, bytes, { headers, sign }) => {
        const request = await dress({ method: "POST", url, headers: { ...common, ...headers }, body: bytes }, sign);
        return this.#carry(from, request);
      },
      close: async () => {},
    };
  }

  /** Brings what was under way and is due by now, in an order of its own. */
  async bringDelayed(): Promise<void> {
    const due = this.#delayed.filter(({ at }) => at <= this.#parts.now());
    for (const one of due) this.#delayed.splice(this.#delayed.indexOf(one), 1);
    while (due.length > 0) {
      const [{ origin, request }] = due.splice(this.#parts.dice.below(due.length), 1) as [Delayed];
      await this.#parts.answererOf(origin)?.(request);
    }
  }

  async #carry(from: string, request: SignableRequest): Promise<Answer | NoAnswer> {
    const { dice, now, answererOf } = this.#parts;
    const { lost, answerLost, repeated, delayed, cut } = this.weather;
    const { origin } = new URL(request.url);
    const silence = (detail: string): NoAnswer => ({ ok: false, failure: "network", detail, url: request.url });
    const isCutOff = this.partitions.has(`${from}>${origin}`);
    if (isCutOff || happens(dice, lost)) return silence("lost");
    if (request.body && happens(dice, cut)) {
      const body = request.body.subarray(0, dice.below(request.body.length));
      await answererOf(origin)?.({ ...request, body });
      return silence("cut");
    }
    if (request.method === "POST" && happens(dice, delayed)) {
      this.#delayed.push({ at: now() + dice.below(3 * HOUR), origin, request });
      return { ok: false, failure: "timeout", detail: "delayed", url: request.url };
    }
    let answer = (await answererOf(origin)?.(request)) ?? null;
    if (answer && happens(dice, repeated)) answer = (await answererOf(origin)?.(request)) ?? null;
    if (!answer) return silence("nobody there");
    if (this.partitions.has(`${origin}>${from}`) || happens(dice, answerLost)) return silence("answer lost");
    return { ok: true, url: request.url, ...answer };
  }
}

function happens(dice: Dice, oneIn: number): boolean {
  return oneIn > 0 && dice.oneIn(oneIn);
}

async function dress(
  request: SignableRequest,
  sign:
    | ((request: SignableRequest) => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>)
    | undefined,
): Promise<SignableRequest> {
  const { host } = new URL(request.url);
  const length: Record<string, string> = request.body ? { "content-length": String(request.body.length) } : {};
  const bare = { ...request, headers: { ...request.headers, host } };
  return { ...bare, headers: { ...bare.headers, ...length, ...(await sign?.(bare)) } };
}
