// A statement inside a page and as a file: what the pages of accounts, households and members share.

import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { noteExport } from "../web/noteExport.ts";
import { pageContext } from "../web/page.ts";
import { writeStatementCsv } from "./csv.ts";
import { actorOf, csvWords, moneyOf, orderName, sendCsv } from "./deskRoutes.ts";
import type { MoneyDesk } from "./formActions.ts";
import { periodOf, readDays } from "./moneyForm.ts";
import type { AccountKey } from "./movement.ts";
import { statementPart } from "./pages.ts";
import { eachLine, readStatement } from "./statementStore.ts";

const PAGE = 50;

/** What stands in the address of a statement. */
export const StatementQuery = Type.Object({
  from: Type.Optional(Type.String({ maxLength: 10 })),
  to: Type.Optional(Type.String({ maxLength: 10 })),
  before: Type.Optional(Type.Integer({ minimum: 1 })),
  ref: Type.Optional(Type.String({ maxLength: 500 })),
  done: Type.Optional(Type.String({ maxLength: 20 })),
});

/** A statement as a part of a page. */
export function showStatement(
  request: FastifyRequest,
  reply: FastifyReply,
  desk: MoneyDesk,
  view: {
    account: AccountKey;
    query: { from?: string; to?: string; before?: number };
    csvPath: string;
    isTreasurer: boolean;
    keep?: Record<string, string>;
  },
) {
  const actorId = actorOf(request);
  const { account, query, csvPath, keep = {} } = view;
  const days = readDays(query);
  const before = query.before ?? null;
  const statement = readStatement(desk.db.orm, actorId, account, { ...periodOf(days), limit: PAGE, before });
  return statementPart(pageContext(request, reply), {
    statement,
    kind: account.kind,
    days,
    csvPath,
    keep,
    orderName: (orderId) => orderName(desk, actorId, orderId),
    movementPath: view.isTreasurer ? `${moneyOf(request)}/movements` : null,
  });
}

/** The lines of a period as a file. */
export function sendStatementCsv(
  request: FastifyRequest,
  reply: FastifyReply,
  desk: MoneyDesk,
  account: AccountKey,
  query: { from?: string; to?: string },
): FastifyReply {
  noteExport(request, `${account.kind} ${account.ref ?? ""}`.trim());
  const lines = eachLine(desk.db.orm, actorOf(request), account, periodOf(readDays(query)));
  return sendCsv(reply, `${account.kind}.csv`, writeStatementCsv(lines, account.kind, csvWords(request, reply, desk)));
}
