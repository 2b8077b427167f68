// The desk's ways for lists of suppliers: in by upload, columns, preview and yes; back by undo; each contact written to or forgotten.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { chooseColumns, isFieldOf } from "../../exchange/headings.ts";
import { writeSupplierCsv } from "../../exchange/readSuppliers.ts";
import { SUPPLIER_WORDS, SUPPLIERS } from "../../exchange/supplierColumns.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { columnsPage } from "../../members/imports/pages.ts";
import { isLetterOwed } from "../../members/letters/letterStore.ts";
import { termsFor } from "../../partners/pacts/pactStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { nameFile } from "../../web/files.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { takeUpload } from "../../web/readUpload.ts";
import { sentenceOf, statusOf } from "../../web/refusals.ts";
import {
  askColumns,
  type Bringer,
  chooseImportColumns,
  confirmImport,
  discardImport,
  inviteContact,
  previewImport,
  removeContact,
  type SupplierDesk,
  startImport,
  undoImport,
} from "./actions.ts";
import { supplierPreviewPage, suppliersPage } from "./pages.ts";
import { listContacts, loadLastConfirmed } from "./store.ts";

const ADMINS = { config: { policy: { seat: ["admin"] as const } } };
const UPLOAD = { config: { ...ADMINS.config, upload: true as const } };
const PATH = "/desk/:handle/partners/suppliers";

type ImportRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const Nothing = Type.Object({});
const ColumnsForm = Type.Object({
  column: Type.Record(Type.String({ pattern: "^[0-9]{1,3}$" }), Type.String({ maxLength: 30 })),
  hasHeader: Type.Optional(Type.Boolean()),
});
const ConfirmForm = Type.Object({
  digest: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  letters: Type.Union([Type.Literal("now"), Type.Literal("later")]),
});
const IdForm = Type.Object({ id: Type.String({ maxLength: 40 }) });
const COUNT = Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 }));
const DoneQuery = Type.Object({ done: COUNT, taken: COUNT, kept: COUNT });

/** Adds `/desk/{handle}/partners/suppliers` and everything below it. */
export function registerSuppliers(app: FastifyInstance, desk: SupplierDesk): void {
  registerUpload(app, desk);
  registerColumns(app, desk);
  registerPreview(app, desk);
  registerContacts(app, desk);
}

function baseOf(request: FastifyRequest): string {
  return `/desk/${request.seat!.handle}/partners/suppliers`;
}

/** Takes who administers a group to `act`, others nowhere: farms and districts buy from nobody. */
function asBringer<R extends FastifyRequest>(
  act: (by: Bringer, request: R, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>,
) {
  return (request: R, reply: FastifyReply) => {
    const { actorId, actorKind } = request.seat!;
    if (actorKind !== "gas") return sendRefusal(request, reply, { refused: "not-found" });
    return act({ actorId, personId: request.visitor!.personId }, request, reply);
  };
}

function show(desk: SupplierDesk, by: Bringer, request: FastifyRequest, reply: FastifyReply, problem?: Refusal) {
  const c = pageContext(request, reply);
  const tx = desk.wire.db.orm;
  const query = readForm(DoneQuery, request.method === "GET" ? request.query : {});
  if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
  const { done, taken, kept = 0 } = query.value;
  const last = loadLastConfirmed(tx, by.actorId);
  const contacts = listContacts(tx, by.actorId).map((contact) => ({
    contact,
    hasPact: contact.peer !== null && termsFor(tx, by.actorId, contact.peer) !== null,
    isOwed: isLetterOwed(tx, "supplier", contact.id),
  }));
  const said =
    done !== undefined
      ? c.say("suppliers.done", { count: done })
      : taken !== undefined
        ? c.say("suppliers.undone", { count: taken, kept })
        : null;
  return sendPage(
    request,
    reply,
    suppliersPage(c, {
      base: baseOf(request),
      problem: problem ? { status: statusOf(problem), sentence: sentenceOf(problem, c.say) } : null,
      done: said,
      contacts,
      last: last?.state === "confirmed" ? { importId: last.id, at: last.confirmedAt ?? 0 } : null,
      hasMail: desk.house.mailer !== null,
    }),
  );
}

function registerUpload(app: FastifyInstance, desk: SupplierDesk): void {
  app.get(
    PATH,
    ADMINS,
    asBringer((by, request, reply) => show(desk, by, request, reply)),
  );
  app.post(
    PATH,
    UPLOAD,
    asBringer(async (by, request, reply) => {
      const upload = await takeUpload(request.body, "file");
      const form = readForm(Nothing, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const started = isRefusal(upload) ? upload : await startImport(desk, by, upload);
      if (isRefusal(started)) return show(desk, by, request, reply, started);
      const to = `${baseOf(request)}/import/${started.importId}`;
      return reply.redirect(started.needsColumns ? `${to}/columns` : to, 303);
    }),
  );
  app.get(
    `${PATH}/template.csv`,
    ADMINS,
    asBringer((_by, request, reply) => {
      const { language } = pageContext(request, reply);
      const name = language === "it" ? "modello-fornitori.csv" : "suppliers-template.csv";
      const file = { name, type: "text/csv; charset=utf-8", how: "attachment" } as const;
      return nameFile(reply, file).send(writeSupplierCsv(language));
    }),
  );
  app.post(
    `${PATH}/import/discard`,
    ADMINS,
    asBringer((by, request, reply) => {
      discardImport(desk, by);
      return reply.redirect(baseOf(request), 303);
    }),
  );
}

function registerColumns(app: FastifyInstance, desk: SupplierDesk): void {
  const path = `${PATH}/import/:id/columns`;
  const ask = async (by: Bringer, request: ImportRequest, reply: FastifyReply, problem: Refusal | null) => {
    const asked = await askColumns(desk, by, request.params.id);
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    const c = pageContext(request, reply);
    const { columns, mapping } = asked;
    const place = { base: `${baseOf(request)}/import`, importId: request.params.id };
    const about = { words: SUPPLIER_WORDS, lead: c.say("suppliers.columnsNeeded") };
    const sentence = problem && sentenceOf(problem, c.say);
    const view = { ...place, ...about, columns, hasHeader: mapping.hasHeader, problem: sentence };
    return sendPage(request, reply, columnsPage(c, view));
  };
  app.get(
    path,
    ADMINS,
    asBringer((by, request: ImportRequest, reply) => ask(by, request, reply, null)),
  );
  app.post(
    path,
    ADMINS,
    asBringer(async (by, request: ImportRequest, reply) => {
      const { id } = request.params;
      const asked = await askColumns(desk, by, id);
      if (isRefusal(asked)) return sendRefusal(request, reply, asked);
      const form = readForm(ColumnsForm, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const { column, hasHeader = false } = form.value;
      const chosen = asked.columns.map((one) => {
        const word = column[String(one.column)] ?? "ignore";
        return isFieldOf(SUPPLIERS, word) ? word : "ignore";
      });
      const read = await chooseImportColumns(desk, by, id, chooseColumns(asked.columns, chosen, hasHeader));
      if (isRefusal(read)) return ask(by, request, reply, read);
      return reply.redirect(`${baseOf(request)}/import/${id}`, 303);
    }),
  );
}

function registerPreview(app: FastifyInstance, desk: SupplierDesk): void {
  const path = `${PATH}/import/:id`;
  app.get(
    path,
    ADMINS,
    asBringer((by, request: ImportRequest, reply) => {
      const { id } = request.params;
      const preview = previewImport(desk, desk.wire.db.orm, by, id);
      if (!isRefusal(preview)) {
        const c = pageContext(request, reply);
        return sendPage(request, reply, supplierPreviewPage(c, baseOf(request), preview, desk.house.mailer !== null));
      }
      if (preview.refused === "columns-unclear") return reply.redirect(`${baseOf(request)}/import/${id}/columns`, 303);
      return sendRefusal(request, reply, preview);
    }),
  );
  app.post(
    path,
    ADMINS,
    asBringer((by, request: ImportRequest, reply) => {
      const form = readForm(ConfirmForm, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const { digest, letters } = form.value;
      const done = confirmImport(desk, by, request.params.id, { digest, writes: letters === "now" });
      if (isRefusal(done)) return sendRefusal(request, reply, done);
      return reply.redirect(`${baseOf(request)}?done=${done.done}`, 303);
    }),
  );
  app.post(
    `${path}/undo`,
    ADMINS,
    asBringer((by, request: ImportRequest, reply) => {
      const form = readForm(Nothing, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const undone = undoImport(desk, by, request.params.id);
      if (isRefusal(undone)) return sendRefusal(request, reply, undone);
      return reply.redirect(`${baseOf(request)}?taken=${undone.taken}&kept=${undone.kept}`, 303);
    }),
  );
}

function registerContacts(app: FastifyInstance, desk: SupplierDesk): void {
  for (const [word, act] of [
    ["invite", inviteContact],
    ["remove", removeContact],
  ] as const)
    app.post(
      `${PATH}/${word}`,
      ADMINS,
      asBringer((by, request, reply) => {
        const form = readForm(IdForm, request.body);
        if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
        const done = act(desk, by, form.value.id);
        return isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect(baseOf(request), 303);
      }),
    );
}
