// Which hosts an administrator has shut out: one spelling for each host, and subdomains go with their domain.

/**
 * One spelling for a host: lower case, punycode, canonical IPv4 and IPv6, no brackets, port, userinfo or final dot.
 * The URL parser of the platform does the work, so that we and the dialler always read the same host.
 * Returns null where the text is no host at all.
 */
export function normalizeHost(text: string): string | null {
  const host = text.trim();
  // A bare IPv6 address has no brackets in the forms people fill in; with them the parser canonicalises it.
  const authority = host.split(":").length > 2 && !host.startsWith("[") ? `[${host}]` : host;
  if (authority === "" || /[/?#\\@\s]/.test(authority)) return null;
  const url = URL.parse(`https://${authority}/`);
  return url === null ? null : bareHost(url);
}

/** The host of a parsed URL in the spelling of {@link normalizeHost}. */
export function bareHost(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.+$/, "")
    .toLowerCase();
}

/** The hosts a list of lines shuts out, each in its one spelling; `*.` in front changes nothing, unreadable lines are left out. */
export function readBlocks(lines: Iterable<string>): ReadonlySet<string> {
  const blocks = new Set<string>();
  for (const line of lines) {
    const host = normalizeHost(line.trim().replace(/^\*\./, ""));
    if (host !== null && host !== "") blocks.add(host);
  }
  return blocks;
}

/**
 * Whether a host, or a domain above it, is among the blocks. The host is normalised, so that case, a final dot, a port,
 * Unicode against punycode and the many spellings of an IP address make no difference; `blocks` is what `readBlocks`
 * gave. A host nobody can read counts as blocked: there is nothing good to exchange with it. (SAFETY test B43.)
 */
export function isBlockedHost(host: string, blocks: ReadonlySet<string>): boolean {
  const normal = normalizeHost(host);
  if (normal === null || normal === "") return true;
  // From the host up to its top-level domain, so that a thousand blocks cost as much as one.
  for (let domain = normal; ; domain = domain.slice(domain.indexOf(".") + 1)) {
    if (blocks.has(domain)) return true;
    if (!domain.includes(".")) return false;
  }
}
