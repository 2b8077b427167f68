// Opens pages as a browser does: a public page, or those of a person who signs in by their link.
import { request } from "undici";

/** A page that was opened: what it answered with, and what stands on it. */
export type Opened = { readonly url: string; readonly status: number; readonly text: string };

export async function openPage(url: string, cookie = ""): Promise<Opened> {
  const { statusCode, body } = await request(url, { headers: { accept: "text/html", ...(cookie ? { cookie } : {}) } });
  return { url, status: statusCode, text: await body.text() };
}

/** What a program reads at an address. Throws where it is no JSON. */
export async function readJson<T>(url: string): Promise<T> {
  const { body } = await request(url, { headers: { accept: "application/json" } });
  return (await body.json()) as T;
}

/** Signs in by the link, form and all, and opens the pages with the session. The link's own status comes first. */
export async function openAsPerson(link: string, urls: readonly string[]): Promise<Opened[]> {
  const asked = await request(link, { headers: { accept: "text/html" } });
  const page = await asked.body.text();
  const opened: Opened[] = [{ url: link, status: asked.statusCode, text: page }];
  const token = /name="_token" value="([^"]+)"/.exec(page)?.[1] ?? "";
  const entered = await request(link, {
    method: "POST",
    headers: {
      accept: "text/html",
      origin: new URL(link).origin,
      "content-type": "application/x-www-form-urlencoded",
      cookie: cookiesOf(asked.headers["set-cookie"]),
    },
    body: new URLSearchParams({ _token: token }).toString(),
  });
  await entered.body.dump();
  const session = cookiesOf(entered.headers["set-cookie"]);
  for (const url of urls) opened.push(await openPage(url, session));
  return opened;
}

function cookiesOf(header: string | string[] | undefined): string {
  return [header ?? []]
    .flat()
    .map((line) => line.slice(0, line.indexOf(";")))
    .join("; ");
}
