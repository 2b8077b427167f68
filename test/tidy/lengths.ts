// How long a file and a function may be, and who is longer for now. The list only shrinks.
import { lineAt, type Node, type Source, walk } from "./source.ts";

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 60;

/**
 * Files over the limit, with the lines they have today. Such a file says "Long because ..." in its first lines; it may
 * not grow, and when it shrinks its number here goes down with it.
 */
const LONGER: Readonly<Record<string, number>> = {};

/** What is too long in one file, a sentence each. */
export function judgeLength(source: Source, longer = LONGER): string[] {
  return [...judgeFile(source, longer), ...judgeFunctions(source)];
}

function judgeFile({ path, text }: Source, longer: Readonly<Record<string, number>>): string[] {
  const lines = text.trimEnd().split("\n");
  const allowed = longer[path];
  if (allowed === undefined)
    return lines.length > FILE_LINES_MAX ? [`${path} has ${lines.length} lines, more than ${FILE_LINES_MAX}`] : [];
  const explained = lines.slice(0, 8).some((line) => line.includes("Long because"));
  return [
    ...(explained ? [] : [`${path} does not say why it is long`]),
    ...(lines.length === allowed
      ? []
      : [`${path} has ${lines.length} lines: the list of longer files says ${allowed}`]),
  ];
}

function judgeFunctions(source: Source): string[] {
  return walk(source).flatMap((node) => {
    if (!/^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return [];
    const from = lineAt(source.text, node.start);
    const lines = lineAt(source.text, node.end) - from + 1;
    if (lines <= FUNCTION_LINES_MAX) return [];
    return [`${source.path}:${from} ${nameOf(node)} has ${lines} lines, more than ${FUNCTION_LINES_MAX}`];
  });
}

function nameOf(node: Node): string {
  return (node.id as { name?: string } | null)?.name ?? "a function";
}
