// How people read a web address. Pure.

/** "https://www.gasfano.it/chi-siamo" -> "gasfano.it/chi-siamo". Takes an address that a URL parser takes. */
export function tellWebAddress(address: string): string {
  const { host, pathname, search } = new URL(address);
  return `${host.replace(/^www\./, "")}${pathname === "/" ? "" : pathname}${search}`;
}
