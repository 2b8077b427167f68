// The one outbound HTTP client: whatever leaves this node over HTTP leaves through here, guarded and bounded.
import type { Agent as Client, Dispatcher } from "undici";
import { isRefusal } from "../kernel/refusal.ts";
import { readTarget } from "./addresses.ts";
import { bareHost } from "./blocks.ts";
import { buildDialler, type DialOptions } from "./dial.ts";
import { openAgent, sendRequest } from "./undici.ts";

/** A request on its way out, as a signer sees it. Header names are lower case; `host` is that of the URL. */
export type SignableRequest = {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
};

/** Gives the headers to add (signature, date, digest). This file knows no keys. What it throws reaches the caller. */
export type Signer = (
  request: SignableRequest,
) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

/** An answer with any status. Header names are lower case, repeated ones joined with ", "; `url` is the final one. */
export type Answer = {
  readonly ok: true;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly url: string;
};

/** What can go wrong in the world, in the words the partners' page and the outbox show. */
export type FetchFailure =
  | "url"
  | "private-address"
  | "blocked"
  | "dns"
  | "refused"
  | "tls"
  | "timeout"
  | "too-large"
  | "redirect"
  | "encoding"
  | "malformed"
  | "network";

/** No answer we can use. `detail` is printable ASCII of at most 200 characters; `url` is the hop that failed. */
export type NoAnswer = {
  readonly ok: false;
  readonly failure: FetchFailure;
  readonly detail: string;
  readonly url: string;
};

type GetOptions = {
  readonly accept: string;
  readonly sign?: Signer;
  readonly maxBytes?: number;
  /** Less time than the usual deadline. */
  readonly withinMs?: number;
  /** The ETag of the copy we hold: who has nothing newer answers 304. */
  readonly ifNoneMatch?: string;
};
type PostOptions = { readonly headers: Readonly<Record<string, string>>; readonly sign?: Signer };

export type Fetcher = {
  /**
   * GET with up to 3 redirects, each judged anew, 10 s in all, at most 1 MiB of body unless `maxBytes` says less. Where the
   * other side hangs up before it answers, it is asked once more: it may have closed a connection we thought idle
   * (RFC 9110 section 9.2.2).
   */
  get(url: string, options: GetOptions): Promise<Answer | NoAnswer>;
  /** POST of frozen bytes: no redirect is followed, 15 s in all, the first 64 KiB of the answer are kept. Never repeated. */
  post(url: string, bytes: Buffer, options: PostOptions): Promise<Answer | NoAnswer>;
  /** Ends idle connections and cuts those in use. */
  close(): Promise<void>;
};

/** How to build a fetcher. `resolve`, `listOwn` and the deadlines exist for tests; the defaults are SAFETY section 5. */
export type FetcherOptions = Omit<DialOptions, "connectTimeoutMs"> & {
  readonly userAgent: string;
  /** Hosts an administrator shut out (blocks.ts); asked at each hop, with the host in its one spelling. */
  readonly isBlocked?: (host: string) => boolean;
  readonly deadlines?: { readonly getMs: number; readonly postMs: number };
};

const REDIRECTS = 3;
const BODY_BYTES = 1024 * 1024;
const POST_ANSWER_BYTES = 64 * 1024;
const HEADER_BYTES = 16 * 1024;
const SOCKETS_PER_ORIGIN = 8;

/** One request of one hop, ready to go. */
type Hop = {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  readonly sign: Signer | undefined;
  readonly maxBytes: number;
  /** What to do beyond maxBytes: a document is refused, the answer to a delivery is merely not read on. */
  readonly beyond: "refuse" | "ignore";
  readonly deadline: Deadline;
};

/** The end of all hops together: a signal for what undici has begun, a rejection for what it still keeps in a queue. */
type Deadline = { readonly signal: AbortSignal; readonly expired: Promise<never> };

/** Builds the node's outbound client. Never throws for what the world does: failures are values. */
export function createFetcher(options: FetcherOptions): Fetcher {
  const { userAgent, deadlines = { getMs: 10_000, postMs: 15_000 }, isBlocked = () => false, ...dial } = options;
  const longestMs = Math.max(deadlines.getMs, deadlines.postMs);
  const { open, close } = openLate(() =>
    openAgent({
      connect: buildDialler({ ...dial, connectTimeoutMs: longestMs }),
      connections: SOCKETS_PER_ORIGIN,
      pipelining: 1,
      headersTimeout: longestMs,
      bodyTimeout: longestMs,
      maxHeaderSize: HEADER_BYTES,
      keepAliveTimeout: 10_000,
      keepAliveMaxTimeout: 60_000,
    }),
  );
  const common = { "user-agent": userAgent, "accept-encoding": "identity" };

  function aim(text: string): URL | NoAnswer {
    const url = readTarget(text, dial);
    if (isRefusal(url)) return refuseTarget(url, text);
    url.hash = "";
    return isBlocked(bareHost(url)) ? fail("blocked", bareHost(url), url.href) : url;
  }

  async function get(text: string, options: GetOptions): Promise<Answer | NoAnswer> {
    const { accept, sign, maxBytes = BODY_BYTES, withinMs = deadlines.getMs, ifNoneMatch } = options;
    return withDeadline(Math.min(withinMs, deadlines.getMs), async (deadline) => {
      let target = text;
      let signer = sign;
      for (let redirects = 0; ; redirects++) {
        const url = aim(target);
        if (!(url instanceof URL)) return url;
        const headers = { ...common, accept, ...(ifNoneMatch && { "if-none-match": ifNoneMatch }) };
        const limits = { maxBytes, beyond: "refuse", deadline } as const;
        const answer = await sendHop(open(), { method: "GET", url, headers, body: null, sign: signer, ...limits });
        if (!answer.ok || !isRedirect(answer.status)) return answer;
        const next = readLocation(answer);
        if (next === null) return fail("redirect", `${answer.status} without a usable location`, url.href);
        if (redirects === REDIRECTS) return fail("redirect", `more than ${REDIRECTS}`, url.href);
        // A signature is for the origin we chose; elsewhere it would be a gift to whoever answers there.
        if (next.origin !== url.origin) signer = undefined;
        target = next.href;
      }
    });
  }

  async function post(text: string, bytes: Buffer, { headers, sign }: PostOptions): Promise<Answer | NoAnswer> {
    return withDeadline(deadlines.postMs, async (deadline) => {
      const url = aim(text);
      if (!(url instanceof URL)) return url;
      const limits = { maxBytes: POST_ANSWER_BYTES, beyond: "ignore", deadline } as const;
      const all = { ...common, ...headers };
      const answer = await sendHop(open(), { method: "POST", url, headers: all, body: bytes, sign, ...limits });
      if (!answer.ok || !isRedirect(answer.status)) return answer;
      return fail("redirect", `${answer.status} to ${answer.headers.location ?? "nowhere"}`, url.href);
    });
  }

  return { get, post, close };
}

/** A client that is opened by the first request. One that was closed before refuses it, as undici does. */
function openLate(openClient: () => Client): { open: () => Client; close: () => Promise<void> } {
  let client: Client | null = null;
  let isClosed = false;
  return {
    open: () => {
      if (client !== null) return client;
      client = openClient();
      if (isClosed) void client.destroy();
      return client;
    },
    close: async () => {
      isClosed = true;
      await client?.destroy();
    },
  };
}

async function sendHop(agent: Client, hop: Hop): Promise<Answer | NoAnswer> {
  const { method, url, body } = hop;
  const request = { method, url: url.href, headers: { ...hop.headers, host: url.host }, body };
  const signed = hop.sign === undefined ? {} : await hop.sign(request);
  const headers = { ...hop.headers, ...signed, host: url.host };
  const path = `${url.pathname}${url.search}`;
  const { signal, expired } = hop.deadline;
  // undici hears the signal only once it has a connection; without the race a request could wait behind a dead one.
  const send = () =>
    Promise.race([sendRequest(agent, { origin: url.origin, path, method, headers, body, signal }), expired]);
  try {
    const response = await send().catch((error) => {
      if (method !== "GET" || !HUNG_UP.has(codeOf(error))) throw error;
      return send();
    });
    return await readResponse(response, hop);
  } catch (error) {
    return describeError(error, hop);
  }
}

async function readResponse(response: Dispatcher.ResponseData, hop: Hop): Promise<Answer | NoAnswer> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const status = response.statusCode;
  const done = (body: Buffer): Answer => ({ ok: true, status, headers, body, url: hop.url.href });
  const drop = () => response.body.on("error", () => {}).destroy();
  const encoding = headers["content-encoding"];
  // We asked for identity and count what we get: a bomb that nobody unpacks is a stone.
  if (hop.beyond === "refuse" && encoding !== undefined && encoding.toLowerCase() !== "identity") {
    drop();
    return fail("encoding", encoding, hop.url.href);
  }
  // Nobody reads the body of a redirect, and its sender may make it as long as it likes.
  if (isRedirect(status)) {
    drop();
    return done(Buffer.alloc(0));
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > hop.maxBytes) {
      drop();
      if (hop.beyond === "refuse") return fail("too-large", `more than ${hop.maxBytes} bytes`, hop.url.href);
      break;
    }
    chunks.push(chunk);
  }
  return done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
}

async function withDeadline<T>(milliseconds: number, work: (deadline: Deadline) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  expired.catch(() => {});
  const timer = setTimeout(() => {
    const error = new DeadlineError();
    reject(error);
    controller.abort(error);
  }, milliseconds);
  try {
    return await work({ signal: controller.signal, expired });
  } finally {
    clearTimeout(timer);
  }
}

class DeadlineError extends Error {
  readonly code = "EDEADLINE";
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function readLocation(answer: Answer): URL | null {
  const location = answer.headers.location;
  return location === undefined ? null : URL.parse(location, answer.url);
}

function refuseTarget(refusal: { refused: string; because?: unknown }, url: string): NoAnswer {
  const failure = refusal.refused === "host-private" ? "private-address" : "url";
  const because = typeof refusal.because === "string" ? `: ${refusal.because}` : "";
  return fail(failure, `${refusal.refused}${because}`, url);
}

/** A failure whose texts are safe in logs and pages: other people's servers write part of them. */
function fail(failure: FetchFailure, detail: string, url: string): NoAnswer {
  return { ok: false, failure, detail: printable(detail, 200), url: printable(url, 2048) };
}

function printable(text: string, limit: number): string {
  return text.slice(0, limit).replace(/[^\x20-\x7e]/g, "?");
}

const FAILURES: Readonly<Record<string, FetchFailure>> = {
  EPRIVATEADDRESS: "private-address",
  EDEADLINE: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  ETIMEDOUT: "timeout",
  ECONNREFUSED: "refused",
  UND_ERR_HEADERS_OVERFLOW: "too-large",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "too-large",
  HTTPParserError: "malformed",
  EPROTO: "tls",
  ERR_TLS_CERT_ALTNAME_INVALID: "tls",
  CERT_HAS_EXPIRED: "tls",
};
const DNS_CODES = new Set(
  "ENOTFOUND ENODATA ESERVFAIL EFORMERR EREFUSED EBADNAME EBADRESP ETIMEOUT ECANCELLED ENOTIMP EAI_AGAIN EAI_FAIL".split(
    " ",
  ),
);

/** What a connection says that the other side closed under a request. */
const HUNG_UP = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

function causeOf(error: unknown): unknown {
  // Happy eyeballs reports each address it tried; the first says enough.
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}

function codeOf(error: unknown): string {
  const cause = causeOf(error) as { code?: unknown; name?: unknown };
  return String(cause.code ?? cause.name ?? "");
}

function describeError(error: unknown, hop: Hop): NoAnswer {
  const code = codeOf(error);
  // A malformed header or method is ours, not the world's: a bug must not look like a bad line and be retried for ever.
  if (code === "UND_ERR_INVALID_ARG") throw error;
  const detail = code === "" ? String(causeOf(error)) : code;
  return fail(hop.deadline.signal.aborted ? "timeout" : classify(code), detail, hop.url.href);
}

function classify(code: string): FetchFailure {
  const known = FAILURES[code];
  if (known !== undefined) return known;
  if (DNS_CODES.has(code)) return "dns";
  if (code.startsWith("HPE_")) return "malformed";
  if (/^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_)/.test(code)) return "tls";
  return "network";
}

const RETRY_AFTER_LIMIT_MS = 24 * 3600 * 1000;

/**
 * How long the peer asks us to wait, in ms from `now` (epoch ms), at most 24 hours; null when it does not say or says
 * nonsense. Seconds or an HTTP date, RFC 9110 section 10.2.3.
 */
export function readRetryAfter(headers: Readonly<Record<string, string>>, now: number): number | null {
  const text = headers["retry-after"]?.trim();
  if (text === undefined || text === "") return null;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(waitMs, 0), RETRY_AFTER_LIMIT_MS);
}
