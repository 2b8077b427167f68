// The releases of a project as its feed tells them: Atom or RSS to versions, and which of them are news for a node. Pure.
import type { Refusal } from "../kernel/refusal.ts";
import { type Element, parseXml } from "./xmlTree.ts";

const ENTRIES_MOST = 100;
const TITLE_MOST = 120;

/** A release. `version` as "1.4.2"; `link` is an https address or null; `isSecurity`: its title says that it closes a hole. */
export type Release = {
  readonly version: string;
  readonly title: string;
  readonly link: string | null;
  readonly isSecurity: boolean;
};

/** The releases of a feed, the newest version first; what has no version, or is a try-out ("-rc.1"), is left out. */
export function readReleases(text: string): Release[] | Refusal<"not-a-feed"> {
  const root = parseXml(text);
  if ("why" in root) return { refused: "not-a-feed", because: root.why };
  const from = root.name === "rss" ? root.children.find(({ name }) => name === "channel") : root;
  if (!from || (root.name !== "feed" && root.name !== "rss")) return { refused: "not-a-feed", because: root.name };
  const entries = from.children.filter(({ name }) => name === "entry" || name === "item").slice(0, ENTRIES_MOST);
  const releases = entries.map(releaseOf).filter((one) => one !== null);
  return releases.toSorted((a, b) => compareVersions(b.version, a.version));
}

function releaseOf(entry: Element): Release | null {
  const title = lineOf(textOf(entry, "title"));
  const link = linkOf(entry);
  const version = versionIn(title) ?? versionIn(link?.split("/").at(-1) ?? "");
  if (version === null) return null;
  return { version, title, link, isSecurity: /\b(?:security|sicurezza)\b|\bCVE-\d{4}-\d+/i.test(title) };
}

function textOf(entry: Element, name: string): string {
  return entry.children.find((child) => child.name === name)?.text ?? "";
}

/** One line, without letters that hide or turn text around. */
function lineOf(text: string): string {
  const line = text
    .replace(/\p{Cf}/gu, "")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
  return line.length <= TITLE_MOST ? line : `${line.slice(0, TITLE_MOST - 1)}…`;
}

function linkOf(entry: Element): string | null {
  const links = entry.children.filter(({ name }) => name === "link");
  const own = links.find(({ attributes }) => (attributes.rel ?? "alternate") === "alternate");
  const address = (own?.attributes.href ?? own?.text ?? "").trim();
  return address.length <= 500 && URL.canParse(address) && new URL(address).protocol === "https:" ? address : null;
}

function versionIn(text: string): string | null {
  const [, version = null, tail = ""] =
    /(?<![\d.])v?(\d{1,4}\.\d{1,4}\.\d{1,4})(-[\w.]+)?(?![\d.]*\d)/.exec(text) ?? [];
  return tail === "" ? version : null;
}

/** Below 0 where `a` came before `b`. Both as "1.4.2"; what follows a "-" does not count. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => (version.split("-")[0] ?? "").split(".").map(Number);
  const [one, other] = [parts(a), parts(b)];
  return [0, 1, 2].map((i) => (one[i] ?? 0) - (other[i] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** What is newer than the version that runs: the newest of all, and the newest that closes a hole. Null where nothing is. */
export function newsOf(
  releases: readonly Release[],
  running: string,
): { readonly newest: Release | null; readonly security: Release | null } {
  const newer = releases.filter(({ version }) => compareVersions(version, running) > 0);
  return { newest: newer[0] ?? null, security: newer.find(({ isSecurity }) => isSecurity) ?? null };
}
