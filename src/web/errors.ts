// Every no on its way out: the error page or its JSON twin, by Accept. A bug says a short code and nothing of itself.
import { randomInt } from "node:crypto";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isStorageTrouble } from "../db/storageTrouble.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { type Html, html } from "./html.ts";
import { type PageContext, pageContext, replaceMain, sendPage, wantsParts } from "./page.ts";
import { policyOf } from "./policy.ts";
import { UPLOAD_MEGABYTES } from "./readUpload.ts";
import { sentenceOf, statusOf } from "./refusals.ts";
import { keepUnsent, pageOf, unsentPath } from "./unsent.ts";

const SIGN_IN_AGAIN = [
  "sign-in-again",
  "fresh-sign-in",
  "own-sign-in-again",
  "leaving-sign-in",
  "import-sign-in",
  "key-sign-in",
];

/** What somebody who signs in (again) may send after all: what they had written is kept. */
const COMES_BACK = [...SIGN_IN_AGAIN, "signed-out", "form-kept"];

/** Answers with a refusal: a page for browsers, `{ refused, message }` for machines. */
export function sendRefusal(request: FastifyRequest, reply: FastifyReply, no: Refusal): FastifyReply {
  const c = pageContext(request, reply);
  const mayKeep = request.method === "POST" && COMES_BACK.includes(no.refused) && wantsHtml(request);
  const kept = mayKeep ? keepUnsent(request, reply) : null;
  const refusal = kept === "lost" ? (UNKEPT[no.refused] ?? no) : no;
  const status = statusOf(refusal);
  const message = sentenceOf(refusal, c.say);
  reply.header("vary", "Accept").header("cache-control", "no-store");
  if (!wantsHtml(request)) return reply.code(status).send({ refused: refusal.refused, message });
  const back = wayOn(refusal, c, kept && kept !== "lost" ? unsentPath(kept.id) : pageOf(request) || "/");
  const title = c.say(
    status >= 500 ? "web.error.ours" : status === 404 || status === 410 ? "web.error.absent" : "web.error.no",
  );
  // A press that went wrong shows the page it would have led to.
  return sendPage(request, wantsParts(request) ? replaceMain(reply) : reply, {
    title,
    status,
    body: html`<p class="lead">${message}</p>
      ${kept === null ? "" : tellKept(c, kept, refusal)}
      <p><a role="button" href="${back.href}">${back.label}</a></p>`,
  });
}

/** Where what was written could not be kept, the sentence says so. */
const UNKEPT: Readonly<Record<string, Refusal>> = {
  "signed-out": { refused: "signed-out-unkept" },
  "form-kept": { refused: "form-expired" },
};

/** What the sentence itself does not say of what was written. */
function tellKept(c: PageContext, kept: Exclude<ReturnType<typeof keepUnsent>, null>, { refused }: Refusal): Html {
  const isAgain = SIGN_IN_AGAIN.includes(refused);
  if (kept === "lost") return html`${isAgain ? html`<p>${c.say("web.unsent.lost")}</p>` : ""}`;
  return html`${isAgain ? html`<p>${c.say("web.unsent.kept")}</p>` : ""}${kept.leftOut ? html`<p>${c.say("web.unsent.leftOut")}</p>` : ""}`;
}

/** The one thing to do next. `back`: where what was written comes back, or the page it was written on. */
function wayOn({ refused, next }: Refusal, c: PageContext, back: string): { href: string; label: string } {
  const isKept = back.startsWith(unsentPath(""));
  if (SIGN_IN_AGAIN.includes(refused)) {
    const then = encodeURIComponent(isKept ? back : String(next));
    return { href: `/sign-in?again=1&next=${then}`, label: c.say("web.nav.signIn") };
  }
  if (refused === "form-kept") return { href: back, label: c.say("web.unsent.look") };
  if (!c.visitor && (refused === "signed-out" || refused === "signed-out-unkept"))
    return { href: `/sign-in?${new URLSearchParams({ next: back })}`, label: c.say("web.nav.signIn") };
  if (refused === "second-factor-needed") return { href: "/account/second-factor", label: c.say("people.second.make") };
  if (!c.visitor && refused === "link-spent") return { href: "/sign-in", label: c.say("web.nav.signIn") };
  return { href: "/", label: c.say(c.visitor ? "web.error.home" : "web.error.start") };
}

/** Whether the one who asks reads pages. Peers and scripts get JSON. */
export function wantsHtml(request: FastifyRequest): boolean {
  return !("peer" in policyOf(request)) && (request.headers.accept ?? "").includes("text/html");
}

/** Makes every failure of the app answer in our words, and logs bugs with the code the person was shown. */
export function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) =>
    sendRefusal(request, reply, { refused: "not-found" }),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error, request.routeOptions.config?.uploadMegabytes ?? UPLOAD_MEGABYTES);
    if (refusal.refused === "bug") request.log.error({ err: error, code: refusal.code }, "bug");
    if (refusal.refused === "no-space") request.log.error({ err: error }, "the node cannot write");
    try {
      return sendRefusal(request, reply, refusal);
    } catch (second) {
      // Fastify's own last answer would carry the message of the bug.
      request.log.error({ err: second, code: refusal.code }, "the error page itself failed");
      return reply.code(500).send({ refused: "bug", code: refusal.code });
    }
  });
}

const BY_STATUS: Readonly<Record<number, string>> = {
  404: "not-found",
  413: "too-large",
  414: "address-too-long",
  415: "unsupported-media",
  429: "too-many-requests",
  503: "node-busy",
};

/** `limit`: how many MB a file may have where it was sent. */
function refusalOf(error: FastifyError, limit: number): Refusal {
  const status = error.statusCode ?? 500;
  const known = BY_STATUS[status];
  if (known === "too-large") return { refused: known, limit };
  if (known) return { refused: known };
  if (error.validation || (status >= 400 && status < 500)) return { refused: "bad-request" };
  if (isStorageTrouble(error)) return { refused: "no-space" };
  return { refused: "bug", code: makeCode() };
}

// Without letters that are read wrongly over the telephone.
const LETTERS = "23456789ACDEFGHJKLMNPQRTUVWXYZ";

function makeCode(): string {
  return Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}
