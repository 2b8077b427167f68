// A browser small enough for route tests: keeps cookies, follows redirects, fills the forms a page really has.
import assert from "node:assert/strict";
import type { FastifyInstance } from "fastify";

/** An answer as a test looks at it. `path` is where the redirects ended. */
export type Seen = {
  status: number;
  path: string;
  body: string;
  headers: Record<string, string | string[] | number | undefined>;
};

export type Browser = {
  readonly cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Seen>;
  /** Fills the form of `page` whose action is `action` and sends it. Its hidden fields come along, token included. */
  submit(
    page: Seen,
    action: string,
    fields?: Record<string, string | string[]>,
    headers?: Record<string, string>,
  ): Promise<Seen>;
  /** Sends a body as it is: for what no page of ours would send. */
  post(path: string, body: string, headers?: Record<string, string>): Promise<Seen>;
};

/** A browser on an app, over app.inject; at an address of its own, if given, or at another for each request: limits count by address. */
export function openBrowser(
  app: FastifyInstance,
  origin: string,
  remoteAddress: string | (() => string) = "127.0.0.1",
): Browser {
  const cookies = new Map<string, string>();
  const ask = async (
    method: "GET" | "POST",
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<Seen> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await app.inject({
      method,
      url: path,
      remoteAddress: typeof remoteAddress === "string" ? remoteAddress : remoteAddress(),
      headers: { accept: "text/html", ...(cookie ? { cookie } : {}), ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    for (const { name, value, maxAge, expires } of answer.cookies) {
      const isGone = maxAge === 0 || (expires !== undefined && expires.getTime() <= 0);
      if (isGone) cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = answer.headers.location;
    if (answer.statusCode === 303 && location !== undefined) return ask("GET", location, {});
    return { status: answer.statusCode, path, body: answer.body, headers: answer.headers };
  };
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    ask("POST", path, { origin, "content-type": "application/x-www-form-urlencoded", ...headers }, body);
  return {
    cookies,
    get: (path, headers = {}) => ask("GET", path, headers),
    post,
    submit: (page, action, fields = {}, headers = {}) => {
      const form = new URLSearchParams(hiddenFields(page.body, action));
      for (const [name, value] of Object.entries(fields)) {
        form.delete(name);
        for (const one of [value].flat()) form.append(name, one);
      }
      return post(action, form.toString(), headers);
    },
  };
}

/** The hidden fields of the form that posts to this action (a search may lead there too). Throws when the page has none. */
function hiddenFields(body: string, action: string): [string, string][] {
  const start = body.indexOf(`method="post" action="${action}"`);
  assert(start >= 0, `the page has no form to ${action}`);
  const form = body.slice(start, body.indexOf("</form>", start));
  return [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
    ([, name = "", value = ""]) => [name, value],
  );
}

/** What a page says of itself in schema.org's words. */
export function dataOf(body: string): unknown {
  return JSON.parse(/<script type="application\/ld\+json">([\s\S]*?)<\/script>/.exec(body)?.[1] ?? "null");
}
