// The file of an upload form. The route says `upload: true`; limits hold while the body is read (app.ts).
import type { Refusal } from "../kernel/refusal.ts";

/** `name` is what the browser said: for people to read, never for a path. */
export type Upload = { readonly name: string; readonly bytes: Buffer };

/** How large an uploaded file may be, where its route does not say `uploadMegabytes`. */
export const UPLOAD_MEGABYTES = 5;

type FilePart = { type: "file"; filename: string; toBuffer(): Promise<Buffer> };

/**
 * Takes the file named `field` out of a multipart body, so that `readForm` can read the rest. No file chosen is
 * `no-file`. Too large a file has been refused with 413 before.
 */
export async function takeUpload(body: unknown, field: string): Promise<Upload | Refusal<"no-file">> {
  const parts = (body ?? {}) as Record<string, unknown>;
  const part = parts[field];
  delete parts[field];
  if (!isFilePart(part)) return { refused: "no-file" };
  const bytes = await part.toBuffer();
  return part.filename === "" || bytes.length === 0
    ? { refused: "no-file" }
    : { name: plainName(part.filename), bytes };
}

function isFilePart(part: unknown): part is FilePart {
  return typeof part === "object" && part !== null && (part as { type?: unknown }).type === "file";
}

function plainName(filename: string): string {
  return filename
    .replaceAll(/[\p{Cc}\\/]/gu, " ")
    .trim()
    .slice(-100);
}
