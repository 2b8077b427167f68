// The form that waited for its person, in the page where it stood, with what they had written: they look at it, and send it.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { sendRefusal } from "./errors.ts";
import { postForm } from "./forms.ts";
import { type Html, html } from "./html.ts";
import { type PageContext, pageContext, sendPage, type View } from "./page.ts";
import { openUnsent } from "./unsent.ts";
import { fillForm, type Unsent } from "./unsentFields.ts";

/** Adds `/unsent/:id`. */
export function addUnsentRoute(app: FastifyInstance): void {
  app.get<{ Params: { id: string } }>(
    "/unsent/:id",
    { config: { policy: { signedIn: true }, rateLimit: { max: 60, timeWindow: 60_000 } } },
    async (request, reply) => {
      const unsent = openUnsent(request, request.params.id);
      if (!unsent) return sendRefusal(request, reply, { refused: "unsent-gone" });
      const c = pageContext(request, reply);
      const page = await readOwnPage(request, unsent.page);
      const filled = page && fillForm(page, unsent, String(unsentNotice(c, unsent)));
      if (!filled) return sendPage(request, reply, unsentPage(c, unsent));
      return reply.type("text/html; charset=utf-8").header("content-language", c.language).send(filled);
    },
  );
}

/** The page as this person sees it now; undefined where there is none for them any more. */
async function readOwnPage(request: FastifyRequest, page: string): Promise<string | undefined> {
  if (page === "") return undefined;
  const { cookie = "", "accept-language": language = "" } = request.headers;
  const headers = { accept: "text/html", "accept-language": language, cookie };
  const answer = await request.server.inject({ method: "GET", url: page, headers, remoteAddress: request.ip });
  const isPage = answer.statusCode === 200 && String(answer.headers["content-type"]).startsWith("text/html");
  return isPage ? answer.body : undefined;
}

function unsentNotice(c: PageContext, { leftOut }: Unsent): Html {
  return html`<div class="notice" id="unsent" role="status" tabindex="-1" autofocus>
      <p><strong>${c.say("web.unsent.title")}</strong></p>
      <p>${c.say("web.unsent.back")}${leftOut ? html` ${c.say("web.unsent.leftOut")}` : ""}</p>
    </div>`;
}

/** What a person never typed: the once key, the version they saw. */
const MACHINE = /^(?:key|seen|version|was\..*)$/;

/** Where the page is no more as it was: what was written, and one button to send it. */
function unsentPage(c: PageContext, unsent: Unsent): View {
  const { say } = c;
  const typed = unsent.fields.filter(([name, value]) => !MACHINE.test(name) && value.trim() !== "");
  const hidden = unsent.fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return {
    title: say("web.unsent.title"),
    body: html`<p class="lead">${say("web.unsent.moved")}${unsent.leftOut ? html` ${say("web.unsent.leftOut")}` : ""}</p>
      <ul>${typed.map(([, value]) => html`<li>${value}</li>`)}</ul>
      ${postForm(c, { action: unsent.action }, html`${hidden}<button type="submit">${say("web.unsent.send")}</button>`)}
      ${unsent.page ? html`<p><a href="${unsent.page}">${say("web.unsent.toPage")}</a></p>` : ""}`,
  };
}
