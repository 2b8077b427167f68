// What every route of money does with a request: who sends, which key, whether their sign-in is fresh, names for accounts.
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Static, TObject } from "typebox";
import { encodeId } from "../kernel/ids.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { nameFile } from "../web/files.ts";
import type { FormState } from "../web/forms.ts";
import { pageContext } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { holdsRole, isFresh } from "../web/visitor.ts";
import type { CsvWords } from "./csv.ts";
import type { MoneyDesk, Sender } from "./formActions.ts";
import type { AccountKey } from "./movement.ts";
import { weighOrder } from "./orderMoney.ts";
import type { OrderView } from "./orderPages.ts";
import { loadFigures } from "./supplierStore.ts";

export const TREASURER = { config: { policy: { seat: ["treasurer"] as const } } };
/** Who takes money at the counter: the list of households and a top-up, nothing else. */
export const TILL_KEEPERS = { config: { policy: { seat: ["treasurer", "cashier"] as const } } };
/** Who may be the second pair of eyes. */
export const EYES = { config: { policy: { seat: ["treasurer", "admin"] as const } } };
export const OWN = { config: { policy: { seat: ["member"] as const } } };

export type IdRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

export function actorOf(request: FastifyRequest): string {
  return request.seat?.actorId ?? "";
}

export function moneyOf(request: FastifyRequest): string {
  return `/desk/${request.seat?.handle ?? ""}/money`;
}

/** Whether the visitor keeps the books here, and not only the till. */
export function isTreasurer(request: FastifyRequest): boolean {
  return holdsRole(request.visitor, actorOf(request), ["treasurer"]);
}

/** A key for a form that is shown now. */
export function makeKey(): string {
  return encodeId(randomBytes(16));
}

export function senderOf(request: FastifyRequest, key: string): Sender {
  return { actorId: actorOf(request), personId: request.visitor?.personId ?? "", key };
}

/** Why this person must sign in again before money moves; null when they did so lately. */
function refuseStale(request: FastifyRequest, desk: MoneyDesk): Refusal<"sign-in-again"> | null {
  const { visitor } = request;
  return visitor && isFresh(visitor, desk.clock.now()) ? null : { refused: "sign-in-again", next: moneyOf(request) };
}

/**
 * A money form that was sent: its value, or null after a refusal was answered. `show` shows the page again with what was
 * typed; `check` may find more errors, field by field.
 */
export function readMoney<S extends TObject>(
  request: FastifyRequest,
  reply: FastifyReply,
  desk: MoneyDesk,
  form: {
    schema: S;
    show: (state: FormState) => unknown;
    check?: (value: Static<S>) => Record<string, string>;
  },
): { value: Static<S>; state: FormState } | null {
  const stale = refuseStale(request, desk);
  if (stale) {
    sendRefusal(request, reply, stale);
    return null;
  }
  const read = readForm(form.schema, request.body);
  if ("refused" in read) {
    if (read.refused === "unexpected-field") sendRefusal(request, reply, read);
    else form.show(read);
    return null;
  }
  const errors = form.check?.(read.value) ?? {};
  if (Object.keys(errors).length > 0) {
    form.show({ typed: read.typed, errors });
    return null;
  }
  return { value: read.value, state: { typed: read.typed, errors: {} } };
}

/** What to call an account's owner; "" for the GAS's own accounts. */
export function nameOf(desk: MoneyDesk, actorId: string, { kind, ref = "" }: AccountKey): string {
  const tx = desk.db.orm;
  if (kind === "producer") return producerName(desk, actorId, ref);
  if (ref === "") return "";
  return desk.people.household(tx, actorId, ref)?.name ?? ref.slice(0, 6);
}

export function producerName(desk: MoneyDesk, actorId: string, producerId: string): string {
  return desk.people.producerName(desk.db.orm, actorId, producerId) ?? producerId.replace(/^https?:\/\//, "");
}

/** The name of an order, or the beginning of its id where nobody knows it any more. */
export function orderName(desk: MoneyDesk, actorId: string, orderId: string): string {
  return desk.orders.nameOf(desk.db.orm, actorId, orderId) ?? orderId.slice(0, 8);
}

/** An order with its money, as pages show it. */
export function orderView(desk: MoneyDesk, actorId: string, orderId: string, producerId: string): OrderView {
  const tx = desk.db.orm;
  const facts = desk.orders.find(tx, actorId, orderId);
  return {
    orderId,
    name: facts?.name ?? orderId.slice(0, 8),
    producerId,
    producerName: producerName(desk, actorId, producerId),
    bookedCents: facts?.bookedCents ?? null,
    money: weighOrder(loadFigures(tx, actorId, orderId)),
  };
}

/** Words and names for a CSV file. */
export function csvWords(request: FastifyRequest, reply: FastifyReply, desk: MoneyDesk): CsvWords {
  const { say } = pageContext(request, reply);
  const known = new Map<string, string>();
  return {
    say,
    nameOf: (account) => {
      if (account.ref === undefined) return "";
      const name = known.get(`${account.kind} ${account.ref}`) ?? nameOf(desk, actorOf(request), account);
      known.set(`${account.kind} ${account.ref}`, name);
      return name;
    },
  };
}

/** Sends a CSV file piece by piece, so that a ledger of ten years never stands in memory. */
export function sendCsv(reply: FastifyReply, name: string, pieces: Iterable<string>): FastifyReply {
  const file = { name, type: "text/csv; charset=utf-8", how: "attachment" } as const;
  return nameFile(reply, file).send(Readable.from(pieces, { objectMode: false }));
}
