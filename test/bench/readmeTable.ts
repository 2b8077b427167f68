// The table of figures in README.md: written by `npm run bench -- --readme`, so that nobody copies numbers by hand.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { FIGURES, type Figure } from "./figures.ts";
import { meetsTarget, type Result, writeShares, writeValue } from "./result.ts";

const README = new URL("../../README.md", import.meta.url);
const BETWEEN = /(<!-- figures -->\n)[\s\S]*?(<!-- end of figures -->)/;

/** Puts what was measured between the two marks of README.md, with the day and the machine. */
export function saveReadmeTable(results: Readonly<Record<string, Result>>, machine: string): void {
  const day = new Date().toISOString().slice(0, 10);
  const rows = FIGURES.flatMap((figure) => {
    const result = results[figure.name];
    return result ? [writeRow(figure, result)] : [];
  });
  const head = ["| figure | what it says | value | of its limits | target |", "|---|---|---|---|---|"];
  const text = [`Measured on ${day}: ${machine}, one run each.`, "", ...head, ...rows, ""].join("\n");
  const readme = readFileSync(README, "utf8");
  assert(BETWEEN.test(readme), "README.md has its marks");
  writeFileSync(
    README,
    readme.replace(BETWEEN, (_, before: string, after: string) => `${before}${text}\n${after}`),
  );
}

function writeRow(figure: Figure, result: Result): string {
  const cells = [figure.name, figure.says, writeValue(result), writeShares(figure, result).join(", ")];
  return `| ${[...cells, writeTarget(figure, result)].join(" | ")} |`;
}

function writeTarget(figure: Figure, result: Result): string {
  const isMet = meetsTarget(figure, result);
  if (figure.target === undefined || isMet === null) return "";
  const { value, ratio } = figure.target;
  const share = ratio === undefined ? "" : `, ${100 * ratio} %`;
  return `${writeValue({ value, unit: figure.unit })}${share}: ${isMet ? "met" : "missed"}`;
}
