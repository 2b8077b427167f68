// GDXP v0, read only: XML into the shape of a v1 document. No DTD, no entities of the file's own. DOMAIN.md section 6.2.
import type { Refusal } from "../kernel/refusal.ts";
import type { Foreign } from "./foreignJson.ts";
import { type Element, parseXml, startElement } from "./xmlTree.ts";

type Unreadable = Refusal<"unreadable-file">;

/** The XML text as the document a v1 file would hold (with the `variants` and `extraFields` v1 lacks), or why not. */
export function parseGdxpXml(text: string): { document: Foreign } | Unreadable {
  const root = parseXml(text);
  if ("why" in root) return { refused: "unreadable-file", format: "gdxp", ...root };
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
