// GDXP v0, read only: XML into the shape of a v1 document. No DTD, no entities of the file's own. DOMAIN.md section 6.2.
import { createRequire } from "node:module";
import type { Refusal } from "../kernel/refusal.ts";
import type { Foreign } from "./foreignJson.ts";
import { NAMED_ENTITIES } from "./plainText.ts";

// CommonJS under an ESM wrapper would be read twice; saxes has no ESM build.
const { SaxesParser }: typeof import("saxes") = createRequire(import.meta.url)("saxes");

const LIMITS = { depth: 16, elements: 300_000 } as const;

type Element = { name: string; attributes: Record<string, string>; text: string; children: Element[] };
type Unreadable = Refusal<"unreadable-file">;

/** The XML text as the document a v1 file would hold (with the `variants` and `extraFields` v1 lacks), or why not. */
export function parseGdxpXml(text: string): { document: Foreign } | Unreadable {
  const root = parseElements(text);
  if ("refused" in root) return root;
  if (root.name !== "gdxp") return { refused: "unreadable-file", format: "gdxp", why: "not-gdxp" };
  const blocks = childrenOf(root, "supplier").map((supplier) => ({ supplier: supplierOf(supplier) }));
  return { document: { ...root.attributes, subject: {}, blocks } };
}

function supplierOf(supplier: Element): Foreign {
  return {
    ...leaves(supplier),
    address: leaves(child(supplier, "address")),
    contacts: childrenOf(child(supplier, "contacts"), "contact").flatMap(primaryContacts),
    // Named people with their phones: kept out of what can be published (SAFETY.md section 9).
    extraContacts: childrenOf(child(supplier, "contacts"), "contact").flatMap((c) => childrenOf(c, "extraContact"))
      .length,
    products: childrenOf(child(supplier, "products"), "product").map(productOf),
    orders: childrenOf(child(supplier, "orders"), "order").map(leaves),
  };
}

function primaryContacts(contact: Element): Foreign[] {
  return Object.entries(leaves(child(contact, "primary"))).map(([type, value]) => ({ type, value }));
}

function productOf(product: Element): Foreign {
  return {
    ...leaves(product),
    orderInfo: leaves(child(product, "orderInfo")),
    variants: childrenOf(child(product, "variants"), "variant").map((variant) => ({
      name: variant.attributes.name,
      values: childrenOf(variant, "value").map((value) => value.text),
    })),
    extraFields: Object.fromEntries(
      childrenOf(child(product, "extraFields"), "extraField").map((extra) => [extra.attributes.name ?? "", extra.text]),
    ),
  };
}

// Gasista Felice writes "zipcode"; everywhere else the case of a name tells nothing either.
function leaves(element: Element): Record<string, string> {
  const found = element.children.filter(({ children }) => children.length === 0);
  return Object.fromEntries(found.map(({ name, text }) => [name === "zipcode" ? "zipCode" : name, text]));
}

function child(element: Element, name: string): Element {
  return element.children.find((one) => one.name === name) ?? startElement(name, {});
}

function childrenOf(element: Element, name: string): Element[] {
  return element.children.filter((one) => one.name === name);
}

function startElement(name: string, attributes: Record<string, string>): Element {
  return { name, attributes, text: "", children: [] };
}

class Stop extends Error {
  readonly why: string;
  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

function parseElements(text: string): Element | Unreadable {
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
    return { refused: "unreadable-file", format: "gdxp", why, row: parser.line };
  }
  return top.children[0] ?? { refused: "unreadable-file", format: "gdxp", why: "not-xml", row: 1 };
}
