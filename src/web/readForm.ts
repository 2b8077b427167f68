// What a form sent, as typed values: a closed schema, one value per name, reasons per field (SAFETY C4, C5).
import type { Static, TObject, TSchema } from "typebox";
import { Check, Errors } from "typebox/schema";

/** What the person typed, kept to show it again beside the errors. */
export type Typed = Record<string, string | string[]>;

/** Why a field does not hold; its words are `form.reason.<Reason>`. */
type Reason =
  | "required"
  | "too-short"
  | "too-long"
  | "not-a-number"
  | "too-small"
  | "too-big"
  | "not-a-choice"
  | "bad-format";

/** Field -> reason. A slice may add reasons of its own ("taken"), with their words. */
export type FieldErrors = Record<string, string>;

export type FormRead<T> =
  | { readonly value: T; readonly typed: Typed }
  | { readonly refused: "unexpected-field"; readonly field: string }
  | { readonly refused: "invalid-fields"; readonly errors: FieldErrors; readonly typed: Typed };

/**
 * Reads a form body or a query string by a typebox object schema. Text is trimmed and its line ends become \n; an empty
 * optional field is absent; Integer takes digits only; Boolean is a checkbox; Array(String) takes repeated names;
 * Record(String, X) named `price` takes the names `price.KEY`. A name outside the schema, or a scalar given twice, is
 * `unexpected-field`: no page of ours sends that.
 */
export function readForm<S extends TObject>(schema: S, body: unknown): FormRead<Static<S>> {
  const sent = gather(schema, body);
  if ("refused" in sent) return sent;
  const value: Record<string, unknown> = {};
  const errors: FieldErrors = {};
  for (const [name, field] of Object.entries(schema.properties)) {
    const read = readField(field, name, sent.typed, schema.required?.includes(name) ?? false, errors);
    if (read !== undefined) value[name] = read;
  }
  if (Object.keys(errors).length > 0) return { refused: "invalid-fields", errors, typed: sent.typed };
  return { value: value as Static<S>, typed: sent.typed };
}

type Shape = TSchema & {
  type?: string;
  items?: TSchema;
  properties?: Record<string, TSchema>;
  patternProperties?: Record<string, TSchema>;
  required?: string[];
};

function gather(schema: TObject, body: unknown): { typed: Typed } | { refused: "unexpected-field"; field: string } {
  const typed: Typed = Object.create(null);
  for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    const field = fieldOf(schema, name);
    const isList = (field as Shape | undefined)?.type === "array";
    const values = [value].flat().map(textOf);
    if (!field || values.some((text) => text === undefined) || (values.length !== 1 && !isList)) {
      return { refused: "unexpected-field", field: name.slice(0, 60) };
    }
    typed[name] = isList ? (values as string[]) : (values[0] as string);
  }
  return { typed };
}

/** The schema of a name: its property, or the values of the record its first word names. */
function fieldOf(schema: TObject, name: string): TSchema | undefined {
  if (Object.hasOwn(schema.properties, name)) {
    const field = schema.properties[name] as Shape;
    return field.patternProperties ? undefined : field;
  }
  const dot = name.indexOf(".");
  const head = name.slice(0, dot);
  if (dot < 1 || !Object.hasOwn(schema.properties, head)) return undefined;
  const record = schema.properties[head] as Shape;
  const [pattern, values] = Object.entries(record.patternProperties ?? {})[0] ?? [];
  const key = name.slice(dot + 1);
  return pattern && key !== "__proto__" && new RegExp(pattern).test(key) ? values : undefined;
}

// Multipart fields stand in envelopes; files are not text and are read with readUpload.
function textOf(value: unknown): string | undefined {
  const text = typeof value === "object" && value !== null ? (value as { value?: unknown }).value : value;
  return typeof text === "string" ? text.replaceAll("\r\n", "\n").trim() : undefined;
}

function readField(schema: TSchema, name: string, typed: Typed, required: boolean, errors: FieldErrors): unknown {
  const { type, patternProperties } = schema as Shape;
  if (patternProperties) return readRecord(Object.values(patternProperties)[0]!, name, typed, errors);
  if (type === "boolean") return typed[name] !== undefined && typed[name] !== "" && typed[name] !== "false";
  if (type === "array")
    return checked(
      schema,
      [typed[name] ?? []].flat().filter((text) => text !== ""),
      name,
      errors,
    );
  const text = typed[name] as string | undefined;
  if (text === undefined || text === "") {
    if (required) errors[name] = "required";
    return undefined;
  }
  return readText(schema, text, name, errors);
}

function readRecord(schema: TSchema, name: string, typed: Typed, errors: FieldErrors): Record<string, unknown> {
  const read: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(typed).filter((key) => key.startsWith(`${name}.`))) {
    const text = typed[key] as string;
    if (text !== "") read[key.slice(name.length + 1)] = readText(schema, text, key, errors);
  }
  return read;
}

function readText(schema: TSchema, text: string, name: string, errors: FieldErrors): unknown {
  if ((schema as Shape).type !== "integer") return checked(schema, text, name, errors);
  if (/^-?\d{1,15}$/.test(text)) return checked(schema, Number(text), name, errors);
  errors[name] = "not-a-number";
  return undefined;
}

// Line ends and tabs are text; other control characters only ever come from an attack or a broken paste.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/;

function checked(schema: TSchema, value: unknown, name: string, errors: FieldErrors): unknown {
  if ([value].flat().some((text) => typeof text === "string" && CONTROLS.test(text))) errors[name] = "bad-format";
  else if (!Check(schema, value)) errors[name] = reasonOf(Errors(schema, value)[1][0]?.keyword);
  return value;
}

const REASONS: Record<string, Reason> = {
  minLength: "too-short",
  maxLength: "too-long",
  minimum: "too-small",
  maximum: "too-big",
  minItems: "required",
  maxItems: "too-long",
  anyOf: "not-a-choice",
  const: "not-a-choice",
  enum: "not-a-choice",
};

function reasonOf(keyword: string | undefined): Reason {
  return REASONS[keyword ?? ""] ?? "bad-format";
}
