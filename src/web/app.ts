// The web server: limits, headers, sessions, policies, forms and error pages. Routes are registered on what it returns.
import compress from "@fastify/compress";
import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import helmet from "@fastify/helmet";
import multipart, { type MultipartFile } from "@fastify/multipart";
import rateLimit from "@fastify/rate-limit";
import underPressure from "@fastify/under-pressure";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import Type from "typebox";
import type { Db, Tx } from "../db/transact.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { answerErrors, sendRefusal, wantsHtml } from "./errors.ts";
import { ownerOfForm, refuseForeignOrigin, refuseWrongToken } from "./formToken.ts";
import { networkOf } from "./networkOf.ts";
import { addOfflineRoute } from "./offline.ts";
import { boundConnections, mostConnections } from "./openSockets.ts";
import type { DeskEntry } from "./page.ts";
import { admit, leaveOutDesks, ownedName, type Policy, type ProducerOf, policyOf, requirePolicies } from "./policy.ts";
import { readForm } from "./readForm.ts";
import { UPLOAD_MEGABYTES } from "./readUpload.ts";
import { safePath } from "./safePath.ts";
import { type CookieRules, cookieAttributes, cookieRules, readVisitor } from "./sessions.ts";
import { serveStaticFiles } from "./staticFiles.ts";
import { addStyleRoute } from "./stylePage.ts";
import { forgetUnsent } from "./unsent.ts";
import { addUnsentRoute } from "./unsentRoutes.ts";
import type { Person } from "./visitor.ts";
import { LANGUAGES, type Language } from "./words.ts";

/** What the web needs from the rest of the node. */
export type WebOptions = {
  readonly db: Db;
  /** The configured origin, without a slash at its end. Addresses are built from it, never from the request. */
  readonly origin: string;
  /** 32 bytes. Form tokens are signed with it. */
  readonly secret: Buffer;
  readonly clock: { now(): number };
  /** Addresses of the proxies in front; empty: forwarded headers are ignored. */
  readonly trustProxy: readonly string[];
  /** A person who may sign in, with their seats as of now; undefined once disabled or gone. */
  readonly findPerson: (personId: string) => Person | undefined;
  /** Told of each sign-in, in its transaction. */
  readonly onSignIn?: (tx: Tx, personId: string, now: number) => void;
  /** Told of a person who was refused what is not theirs: the route and the handle of the desk they asked for, "" for none. */
  readonly onDenied?: (denial: { personId: string; handle: string; route: string }) => void;
  /** Whose orders a thing belongs to, for referenti of named producers; without it they are let in to none. */
  readonly producerOf?: ProducerOf;
  /** The navigation of desks, in order; where more than five fit a desk, those after the fourth stand under “more”. */
  readonly deskEntries: readonly DeskEntry[];
  /** Whether the node writes mail; absent: it does not. */
  readonly hasMail?: boolean;
  /** For who has not chosen and whose browser asks for neither of ours. */
  readonly language: Language;
  /** Names of comuni that forms offer for a place. */
  readonly placeNames?: readonly string[];
  readonly logger?: FastifyBaseLogger;
  /** Requests a minute from one address, peers apart. Default 1200. */
  readonly requestsPerMinute?: number;
  /** Event-loop delay in ms beyond which everything is answered 503; 0 switches it off. Default 2000. */
  readonly busyAfterMs?: number;
  /** `false`: no desks and no static files, for a node whose people never open a page. Default true. */
  readonly hasDesks?: boolean;
};

declare module "fastify" {
  interface FastifyInstance {
    web: WebOptions & { readonly cookies: CookieRules };
  }
  interface FastifyContextConfig {
    /** The route takes a file: multipart/form-data. Others refuse it unread. */
    upload?: true;
    /** How large that file may be, in MB; left out: UPLOAD_MEGABYTES. */
    uploadMegabytes?: number;
  }
}

const FORM_BYTES = 256 * 1024;
const MEGABYTE = 1024 * 1024;
const UPLOAD_LIMITS = {
  fileSize: UPLOAD_MEGABYTES * MEGABYTE,
  files: 1,
  fields: 300,
  parts: 301,
  fieldSize: 64 * 1024,
  fieldNameSize: 200,
};
const REQUEST_TIMEOUT_MS = 30_000;
/** Headers are short: who takes longer than this holds a connection, not a conversation. */
const HEADERS_TIMEOUT_MS = 15_000;
/** How often the two above are looked at; Node's own 30 s would double them. */
const TIMEOUT_CHECK_MS = 2_000;
const CONNECTION_TIMEOUT_MS = 60_000;
const YEAR_SECONDS = 31_536_000;

/** Builds the web server without routes of its own but the static files and the language. Register routes, then listen. */
export async function buildWeb(options: WebOptions): Promise<FastifyInstance> {
  const app = Fastify({
    ...(options.logger ? { loggerInstance: options.logger } : { logger: false }),
    // The paths of one-time links are secrets: requests are logged by route, never by address.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy.length > 0 ? [...options.trustProxy] : false,
    bodyLimit: FORM_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
    // A booking's link carries what was asked for, in whatever letters.
    routerOptions: { maxParamLength: 2000 },
    frameworkErrors: (_error, _request, reply) => {
      bareHeaders(reply).code(400).send({ refused: "bad-request" });
    },
  });
  boundConnections(app.server, mostConnections());
  app.decorate("web", { ...options, cookies: cookieRules(options.origin) });
  app.decorateRequest("visitor", null);
  app.decorateRequest("seat", null);
  app.decorateRequest("halfVisitor", null);
  app.removeContentTypeParser("text/plain");
  requirePolicies(app);
  if (options.hasDesks === false) leaveOutDesks(app);
  limitUploads(app);
  await app.register(cookie);
  await app.register(helmet, securityHeaders(options.origin));
  await app.register(rateLimit, {
    max: options.requestsPerMinute ?? 1200,
    timeWindow: 60_000,
    keyGenerator: ({ ip }) => networkOf(ip),
    addHeaders: {},
    addHeadersOnExceeding: {},
  });
  await app.register(underPressure, { maxEventLoopDelay: options.busyAfterMs ?? 2000, retryAfter: 10 });
  // In one go, whatever the page's length: in pieces each page would be held, with a compressor of a megabyte or more, until a thread
  // had time for it, and those whom one turn of the loop answers are as many as there are connections.
  await app.register(compress, { global: false, encodings: ["br", "gzip"], syncThreshold: Number.POSITIVE_INFINITY });
  await app.register(formbody, { bodyLimit: FORM_BYTES });
  await app.register(multipart, {
    attachFieldsToBody: true,
    onFile: readFile,
    limits: UPLOAD_LIMITS,
  });
  guard(app);
  answerErrors(app);
  if (options.hasDesks !== false) serveStaticFiles(app);
  addLanguageRoute(app);
  addOfflineRoute(app);
  addUnsentRoute(app);
  addStyleRoute(app);
  return app;
}

/** What a route says of its file's size is what the reader of bodies holds it to, byte by byte. */
function limitUploads(app: FastifyInstance): void {
  app.addHook("onRoute", ({ config }) => {
    if (config?.uploadMegabytes) config.multipartOptions = { limits: { fileSize: config.uploadMegabytes * MEGABYTE } };
  });
}

function bareHeaders(reply: FastifyReply): FastifyReply {
  return reply.header("x-content-type-options", "nosniff").header("content-security-policy", "default-src 'none'");
}

function securityHeaders(origin: string) {
  const secure = origin.startsWith("https:");
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: secure ? { maxAge: YEAR_SECONDS, includeSubDomains: false } : false,
    // With "no-referrer" browsers send `Origin: null` with our own forms.
    referrerPolicy: { policy: "same-origin" as const },
    crossOriginResourcePolicy: { policy: "same-origin" as const },
    crossOriginOpenerPolicy: { policy: "same-origin" as const },
    xFrameOptions: { action: "deny" as const },
  };
}

/** Who asks, whether they may, and whether the form is ours: in this order, the body read only in between. */
function guard(app: FastifyInstance): void {
  const { web } = app;
  app.addHook("onRequest", async (request, reply) => {
    const policy = policyOf(request);
    if ("peer" in policy) {
      bareHeaders(reply);
      return;
    }
    reply.header("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    const read = readVisitor(request, web.db, web.clock.now(), web.findPerson);
    request.visitor = read.visitor;
    request.halfVisitor = read.half;
    if (isUnsafe(request) && request.routeOptions.config.formToken !== "in-address") {
      const foreign = refuseForeignOrigin(request);
      if (foreign) {
        noteDenial(request);
        return sendRefusal(request, reply, foreign);
      }
    }
    if (isMultipart(request) && !request.routeOptions.config.upload) {
      return sendRefusal(request, reply, { refused: "unsupported-media" });
    }
    const { handle = "" } = (request.params ?? {}) as { handle?: string };
    const id = ownedName(policy, request);
    const answer = admit(policy, request.visitor, handle, (kind, actorId) => web.producerOf?.(kind, actorId, id));
    if (answer === "signed-out" && !mayWait(request)) return sendToSignIn(request, reply);
    if (answer === "signed-out") late.add(request);
    if (answer === "not-found") return sendRefusal(request, reply, { refused: "not-found" });
    if (typeof answer === "object") request.seat = answer;
    if (lacksSecondFactor(policy, request, web.clock.now())) return sendToSecondFactor(request, reply);
  });
  app.addHook("preValidation", async (request, reply) => {
    if (late.has(request)) return sendToSignIn(request, reply);
  });
  app.addHook("preHandler", async (request, reply) => {
    if (!isUnsafe(request) || "peer" in policyOf(request) || request.is404) return;
    const wrong = request.routeOptions.config.formToken === undefined ? refuseWrongToken(request) : undefined;
    if (wrong) return sendRefusal(request, reply, ofOlderSession(request) ?? wrong);
  });
  app.addHook("onSend", async (request, reply) => {
    if (isUnsafe(request) && reply.statusCode < 400) forgetUnsent(request, request.url);
    if (reply.statusCode === 404) noteDenial(request);
    if (!reply.hasHeader("cache-control") && !("peer" in policyOf(request))) {
      const isShared = "public" in policyOf(request) && !request.visitor && !reply.hasHeader("set-cookie");
      reply.header("cache-control", isShared ? "no-cache" : "no-store");
      if (isShared) reply.header("vary", "Accept, Accept-Language, Cookie");
    }
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const ms = Math.round(reply.elapsedTime);
    request.log.debug({ method: request.method, route, status: reply.statusCode, ms }, "answered");
  });
}

/** Who is signed in and is answered that this is not theirs, or not there: both look the same to them, and are one to the log. */
function noteDenial(request: FastifyRequest): void {
  const { visitor, is404, method, routeOptions } = request;
  if (!visitor || is404) return;
  const { handle = "" } = (request.params ?? {}) as { handle?: string };
  const route = `${method} ${routeOptions.url}`;
  request.server.web.onDenied?.({ personId: visitor.personId, handle, route });
}

function isUnsafe(request: FastifyRequest): boolean {
  return !["GET", "HEAD", "OPTIONS"].includes(request.method);
}

// The plugin knows only once the body is being read; nobody unasked should get that far.
function isMultipart(request: FastifyRequest): boolean {
  return /^\s*multipart\//i.test(request.headers["content-type"] ?? "");
}

/** Forms of who is not signed in (any more): read, so that what was written can be kept, and then refused. */
const late = new WeakSet<FastifyRequest>();

/** Whether a page of ours may have sent this: then it is read within the limits of every form, but for the bytes of a file. */
function mayWait(request: FastifyRequest): boolean {
  if (request.method !== "POST" || !wantsHtml(request)) return false;
  const type = request.headers["content-type"] ?? "";
  return isMultipart(request) || /^application\/x-www-form-urlencoded\b/i.test(type);
}

async function readFile(this: FastifyRequest, part: MultipartFile): Promise<void> {
  if (late.has(this)) part.file.resume();
  else await part.toBuffer();
}

/** A form of a page from before: of an earlier session of the same person, or of one that is over while anybody may use the page. */
function ofOlderSession(request: FastifyRequest): Refusal | undefined {
  const isSignIn = request.url.startsWith("/sign-in");
  const owner = wantsHtml(request) && !isSignIn ? ownerOfForm(request) : undefined;
  if (owner === undefined) return undefined;
  if (request.visitor === null) return { refused: "signed-out" };
  return request.visitor.personId === owner ? { refused: "form-kept" } : undefined;
}

/** A page asks to sign in and comes back; a form says no, since what it would do was not asked by anybody we know. */
function sendToSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isUnsafe(request) || !wantsHtml(request)) return sendRefusal(request, reply, { refused: "signed-out" });
  return reply.redirect(`/sign-in?next=${encodeURIComponent(safePath(request.url))}`, 303);
}

/** Who keeps the money, administers or looks after the node works no longer than their grace without a second factor. */
function lacksSecondFactor(policy: Policy, { visitor, seat }: FastifyRequest, now: number): boolean {
  const asks = "nodeAdmin" in policy || seat?.role === "admin" || seat?.role === "treasurer";
  const { isOn = true, dueAt = null } = visitor?.secondFactor ?? {};
  return asks && !isOn && dueAt !== null && now >= dueAt;
}

function sendToSecondFactor(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isUnsafe(request) || !wantsHtml(request)) return sendRefusal(request, reply, { refused: "second-factor-needed" });
  return reply.redirect("/account/second-factor", 303);
}

const LanguageForm = Type.Object({
  language: Type.Union(LANGUAGES.map((language) => Type.Literal(language))),
  back: Type.String({ maxLength: 500 }),
});

/** The choice of language for this browser. */
function addLanguageRoute(app: FastifyInstance): void {
  app.post("/language", { config: { policy: { public: true }, formToken: false } }, (request, reply) => {
    const form = readForm(LanguageForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { cookies } = app.web;
    reply.setCookie(cookies.language, form.value.language, { ...cookieAttributes(cookies), maxAge: YEAR_SECONDS });
    return reply.redirect(safePath(form.value.back), 303);
  });
}
