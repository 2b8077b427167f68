// Where a page may send the browser back to: a path of this node, whatever was asked (SAFETY C21).

/** The path, query included, if it stays on this node however a browser reads it; else "/". */
export function safePath(asked: string | undefined): string {
  // A second slash, a backslash or a control character makes some browsers leave; what they decode later does not.
  if (!asked || asked.length > 1000 || !/^\/(?!\/)[^\\\s\p{Cc}]*$/u.test(asked)) return "/";
  const base = "http://here.invalid";
  if (!URL.canParse(asked, base)) return "/";
  const url = new URL(asked, base);
  return url.origin === base && !url.pathname.startsWith("//") ? `${url.pathname}${url.search}` : "/";
}
