// A statement inside a page, on paper and as a file: what the pages of accounts, households and members share.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { SHEET_FILES } from "../exchange/writePdf.ts";
import { sendRefusal } from "../web/errors.ts";
import { noteExport } from "../web/noteExport.ts";
import { type PageContext, pageContext } from "../web/page.ts";
import type { Policy } from "../web/policy.ts";
import { readForm } from "../web/readForm.ts";
import { sendSheet } from "../web/sheetPage.ts";
import { writeStatementCsv } from "./csv.ts";
import { actorOf, type IdRequest, moneyOf, nameOf, orderName, sendCsv } from "./deskRoutes.ts";
import type { MoneyDesk } from "./formActions.ts";
import { periodOf, readDays } from "./moneyForm.ts";
import type { AccountKey } from "./movement.ts";
import { periodText, statementPart } from "./pages.ts";
import { statementSheet } from "./sheets.ts";
import type { StatementLine } from "./statement.ts";
import { eachLine, readEnds, readStatement } from "./statementStore.ts";

const PAGE = 50;
/** What one sheet holds: years of a household, a busy year of the bank. */
const MOST_LINES = 3000;
const ENDINGS = ["", "csv", "pdf"] as const;

/** What stands in the address of a statement. */
export const StatementQuery = Type.Object({
  from: Type.Optional(Type.String({ maxLength: 10 })),
  to: Type.Optional(Type.String({ maxLength: 10 })),
  before: Type.Optional(Type.Integer({ minimum: 1 })),
  ref: Type.Optional(Type.String({ maxLength: 500 })),
  done: Type.Optional(Type.String({ maxLength: 20 })),
});
const SheetQuery = Type.Object({
  from: Type.Optional(Type.String({ maxLength: 10 })),
  to: Type.Optional(Type.String({ maxLength: 10 })),
  ref: Type.Optional(Type.String({ maxLength: 500 })),
});

/** A statement as a part of a page. */
export function showStatement(
  request: FastifyRequest,
  reply: FastifyReply,
  desk: MoneyDesk,
  view: {
    account: AccountKey;
    query: { from?: string; to?: string; before?: number };
    /** Where the whole period stands as a sheet, without ending. */
    sheetPath: string;
    isTreasurer: boolean;
    keep?: Record<string, string>;
  },
) {
  const actorId = actorOf(request);
  const { account, query, sheetPath, keep = {} } = view;
  const days = readDays(query);
  const before = query.before ?? null;
  const statement = readStatement(desk.db.orm, actorId, account, { ...periodOf(days), limit: PAGE, before });
  return statementPart(pageContext(request, reply), {
    statement,
    kind: account.kind,
    days,
    sheetPath,
    keep,
    orderName: (orderId) => orderName(desk, actorId, orderId),
    movementPath: view.isTreasurer ? `${moneyOf(request)}/movements` : null,
  });
}

/**
 * Adds a statement's sheet at `path`, for the printer, and its `.csv` and `.pdf`. `find` says whose account it is and where its page
 * stands; undefined: there is none.
 */
export function registerStatementSheet(
  app: FastifyInstance,
  desk: MoneyDesk,
  at: {
    readonly path: string;
    readonly config: { readonly config: { readonly policy: Policy } };
    readonly find: (request: IdRequest, ref: string | undefined) => { account: AccountKey; back: string } | undefined;
  },
): void {
  for (const ending of ENDINGS)
    app.get(ending === "" ? at.path : `${at.path}.${ending}`, at.config, (request: IdRequest, reply) => {
      const query = readForm(SheetQuery, request.query);
      if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
      const found = at.find(request, query.value.ref);
      if (!found) return sendRefusal(request, reply, { refused: "not-found" });
      return sendStatement(request, reply, desk, { ...found, query: query.value, ending });
    });
}

function sendStatement(
  request: IdRequest,
  reply: FastifyReply,
  desk: MoneyDesk,
  wish: {
    readonly account: AccountKey;
    readonly back: string;
    readonly query: { from?: string; to?: string; ref?: string };
    readonly ending: (typeof ENDINGS)[number];
  },
) {
  const { account, back, query, ending } = wish;
  const c = pageContext(request, reply);
  const [actorId, tx] = [actorOf(request), desk.db.orm];
  const days = readDays(query);
  const period = periodOf(days);
  const head = {
    groupName: c.seat?.actorName ?? "",
    accountName: accountTitle(c, desk, actorId, account),
    period: periodText(c, days),
  };
  if (ending !== "") noteExport(request, `${account.kind} ${account.ref ?? ""}`.trim());
  const ends = readEnds(tx, actorId, account, period);
  const lines = eachLine(tx, actorId, account, period);
  if (ending === "csv")
    return sendCsv(reply, `${account.kind}.csv`, writeStatementCsv(lines, { kind: account.kind, head, ends }, c));
  const sheet = statementSheet(c, account.kind, head, { ...ends, lines: upTo(lines, MOST_LINES) }, (orderId) =>
    orderName(desk, actorId, orderId),
  );
  const asked = String(new URLSearchParams({ ...(query.ref ? { ref: query.ref } : {}), ...days }));
  const file = { ending, name: account.kind, headingLabel: "", base: c.path, query: `?${asked}` };
  return sendSheet(
    request,
    reply,
    sheet,
    { ...file, back: { href: `${back}?${asked}`, label: c.say("ledger.statement.back") } },
    SHEET_FILES,
  );
}

/** Whose account it is, in words: "Conto famiglia: Famiglia Rossi". */
export function accountTitle(c: PageContext, desk: MoneyDesk, actorId: string, account: AccountKey): string {
  return [c.say(`ledger.account.${account.kind}`), nameOf(desk, actorId, account)].filter(Boolean).join(": ");
}

/** All the lines; null where there are more than `most`. */
function upTo(lines: Iterable<StatementLine>, most: number): StatementLine[] | null {
  const all: StatementLine[] = [];
  for (const line of lines) {
    if (all.length === most) return null;
    all.push(line);
  }
  return all;
}
