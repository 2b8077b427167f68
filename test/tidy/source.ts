// Reads the project's own source for the tests about it: which files there are, and what one of them says.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** The folder of the repository, absolute, without a slash at the end. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** A file of the project: `path` from the root with forward slashes, and its text. */
export type Source = { readonly path: string; readonly text: string };

/** One mention of another module. `to` is a path from the root for a file of ours, else the name as written. */
export type Mention = { readonly to: string; readonly line: number; readonly names: readonly string[] };

/** Any node of the syntax tree, as loosely as a general walk needs it. */
export type Node = {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
};

/** All files below `folder` (from the root) whose name ends in one of `endings`, in order of path. */
export function listFiles(folder: string, endings: readonly string[]): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !/(?:^|\/)(?:node_modules|\.tap)\//.test(path))
    .sort();
}

/** The same files with their text. */
export function readSources(folder: string, endings: readonly string[] = [".ts"]): Source[] {
  return listFiles(folder, endings).map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

/** Every node of the file's syntax tree, parents before children. Throws on a file that is no TypeScript. */
export function walk({ path, text }: Source): Node[] {
  const parsed = parseSync(path, text, { lang: "ts", sourceType: "module" });
  const [error] = parsed.errors;
  if (error) throw new SyntaxError(`${path}: ${error.message}`);
  const nodes: Node[] = [];
  const open: unknown[] = [parsed.program];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) open.push(...next.toReversed());
    else if (typeof next === "object" && next !== null) {
      if (isNode(next)) nodes.push(next);
      open.push(...Object.values(next).toReversed());
    }
  }
  return nodes;
}

/** The 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/**
 * Every module the file mentions: import and export statements (of types too), `import()` as value or type, `require()`
 * and `new URL("./x.ts", ...)`, by which a worker is started. A path that is computed is mentioned as "?".
 */
export function mentionsOf(source: Source): Mention[] {
  return walk(source).flatMap((node) => {
    const found = mentionIn(node);
    if (!found) return [];
    return [{ to: resolveName(source.path, found.name), line: lineAt(source.text, node.start), names: found.names }];
  });
}

function isNode(value: object): value is Node {
  return typeof (value as Node).type === "string" && typeof (value as Node).start === "number";
}

function literal(value: unknown): string | null {
  const node = value as { type?: unknown; value?: unknown } | null | undefined;
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : null;
}

function mentionIn(node: Node): { name: string; names: string[] } | null {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration": {
      const name = literal(node.source);
      return name === null ? null : { name, names: specifierNames(node.specifiers) };
    }
    case "ImportExpression":
    case "TSImportType":
      return { name: literal(node.source ?? node.argument) ?? "?", names: [] };
    case "TSExternalModuleReference":
      return { name: literal(node.expression) ?? "?", names: [] };
    case "CallExpression":
      return isNamed(node.callee, "require") ? { name: firstArgument(node) ?? "?", names: [] } : null;
    case "NewExpression": {
      const name = isNamed(node.callee, "URL") ? firstArgument(node) : null;
      return name !== null && /^\.\.?\/.*\.[cm]?[jt]s$/.test(name) ? { name, names: [] } : null;
    }
    default:
      return null;
  }
}

function specifierNames(specifiers: unknown): string[] {
  if (!Array.isArray(specifiers)) return ["*"];
  return specifiers.map((specifier: { type: string; imported?: { name?: string }; local?: { name?: string } }) => {
    if (specifier.type === "ImportNamespaceSpecifier") return "*";
    if (specifier.type === "ImportDefaultSpecifier") return "default";
    return (specifier.imported ?? specifier.local)?.name ?? "*";
  });
}

function isNamed(callee: unknown, name: string): boolean {
  const node = callee as { type?: unknown; name?: unknown };
  return node.type === "Identifier" && node.name === name;
}

function firstArgument(node: Node): string | null {
  return literal((node.arguments as unknown[])[0]);
}

function resolveName(from: string, name: string): string {
  return name.startsWith(".")
    ? normalize(join(dirname(from), name))
        .split(sep)
        .join("/")
    : name;
}
