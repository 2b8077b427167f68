// Sends a file with a page's form, as a browser without script does.
import type { Browser, Seen } from "./browser.ts";

/** A file of a form's field; `name` is what the browser says of it. */
export type SentFile = { readonly field: string; readonly name: string; readonly bytes: Buffer };

/** Sends it to `action` with that form's hidden fields and these others. */
export function upload(
  browser: Browser,
  page: Seen,
  action: string,
  file: SentFile,
  fields: Record<string, string> = {},
): Promise<Seen> {
  const start = page.body.indexOf(`action="${action}"`);
  const form = page.body.slice(start, page.body.indexOf("</form>", start));
  const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  const edge = "----filiera";
  const parts = [...hidden, ...Object.entries(fields)].map(
    ([name, value]) => `--${edge}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${edge}\r\ncontent-disposition: form-data; name="${file.field}"; filename="${file.name}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(parts.join("") + head), file.bytes, Buffer.from(`\r\n--${edge}--\r\n`)]);
  return browser.post(action, body as unknown as string, { "content-type": `multipart/form-data; boundary=${edge}` });
}
