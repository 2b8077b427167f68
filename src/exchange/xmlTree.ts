// XML as a small tree: no DTD, no entities of the file's own, bounded in depth and number of elements. SAFETY B26.
import { createRequire } from "node:module";
import { NAMED_ENTITIES } from "./plainText.ts";

// CommonJS under an ESM wrapper would be read twice; saxes has no ESM build.
const { SaxesParser }: typeof import("saxes") = createRequire(import.meta.url)("saxes");

const LIMITS = { depth: 16, elements: 300_000 } as const;

export type Element = { name: string; attributes: Record<string, string>; text: string; children: Element[] };

/** Why a text is no tree, and the line it was seen in. */
export type NoTree = { readonly why: string; readonly row: number };

export function startElement(name: string, attributes: Record<string, string>): Element {
  return { name, attributes, text: "", children: [] };
}

class Stop extends Error {
  readonly why: string;
  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

/** The root of an XML text. Names keep their prefix. */
export function parseXml(text: string): Element | NoTree {
  const parser = new SaxesParser({ xmlns: false, position: true });
  // Names like &agrave; are not XML, but lists have them; a DTD that could define others is refused below.
  Object.assign(parser.ENTITIES, NAMED_ENTITIES);
  const top = startElement("", {});
  const open = [top];
  let elements = 0;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw new Stop("doctype");
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (++elements > LIMITS.elements || open.length > LIMITS.depth) throw new Stop("too-deep");
    const element = startElement(name, { ...attributes });
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  const append = (more: string) => {
    open.at(-1)!.text += more;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  try {
    parser.write(text.trimStart()).close();
  } catch (error) {
    const why = error instanceof Stop ? error.why : "not-xml";
    return { why, row: parser.line };
  }
  return top.children[0] ?? { why: "not-xml", row: 1 };
}
