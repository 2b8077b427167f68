// What a page says to its own script and worker (static/app.js, static/sw.js), so that phones work through a lost connection.
//
// A form with `data-queue` waits in the browser while there is no network (or 502, 503, 504), under its own once key (a hidden field
// `key`), and is sent in order when it is back. The attribute's value names the line it writes ("" none): of two refused ones of a
// line the later counts. `data-label` says in words what it is, for the lists. `data-stays`: its page stays, and the route answers
// who does not want HTML with `QueueAnswer`; without it the browser follows to where the route redirects. A refusal 4xx stands in the
// list of what is to be decided. Forms that htmx sends (hx-post) are taken over only where htmx gets no answer. An element of the form
// with `data-said` tells how it stands.
import type { FastifyInstance } from "fastify";
import { type Html, html } from "./html.ts";
import { type PageContext, pageContext, sendPage } from "./page.ts";

/** The header by which a page asks to be kept; its value is whose page it is. */
export const KEEP_HEADER = "x-filiera-keep";

/**
 * What a form that stays hears. `carry`: hidden fields as they now are (also for what waits behind it); `fields`: typed ones as they
 * were saved; `notice`: a few words beside the line. In a 409 they are the other's, and `message` tells who and when.
 */
export type QueueAnswer = {
  readonly carry: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  readonly notice: string;
  /** The server's time, epoch ms: whether a page is older than this. */
  readonly at: number;
};

/** What waits and what was refused: empty and hidden until the script has something to say. Only for who is signed in. */
export function netPanel(c: PageContext): Html | "" {
  const { say, visitor } = c;
  if (!visitor) return "";
  return html`<section id="net" class="net" hidden aria-live="polite" aria-label="${say("web.net.waiting")}"
        data-person="${visitor.personId}" data-token="${c.formToken()}" data-made="${c.now}"
        data-waiting="${say("web.net.waiting")}" data-refused="${say("web.net.refused")}" data-saved="${say("web.net.saved")}"
        data-question="${say("web.net.question")}" data-mine="${say("web.net.mine")}" data-theirs="${say("web.net.theirs")}"
        data-again="${say("web.net.again")}" data-drop="${say("web.net.drop")}" data-signedout="${say("web.net.signedOut")}"
        data-signin="${say("web.net.signIn")}" data-leave="${say("web.net.leave")}" data-no="${say("web.net.no")}"></section>`;
}

/** Adds `/offline`: what the worker shows where it kept no page. The same for everybody. */
export function addOfflineRoute(app: FastifyInstance): void {
  app.get("/offline", { config: { policy: { public: true } } }, (request, reply) => {
    request.visitor = null;
    const { say } = pageContext(request, reply);
    const body = html`<p class="lead">${say("web.net.lead")}</p><p><a role="button" href="/">${say("web.net.back")}</a></p>`;
    return sendPage(request, reply, { title: say("web.net.title"), body });
  });
}
