// The desk's ways for price lists: in by upload, columns, preview and yes; back by undo; out as files.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { chooseColumns, isField } from "../../exchange/columns.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { romeTime } from "../../kernel/time.ts";
import { sendRefusal } from "../../web/errors.ts";
import { nameFile } from "../../web/files.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { takeUpload } from "../../web/readUpload.ts";
import { sentenceOf, statusOf } from "../../web/refusals.ts";
import { findDeskProducer } from "../deskRoutes.ts";
import {
  askColumns,
  chooseImportColumns,
  confirmImport,
  discardImport,
  exportCatalog,
  GONE_CHOICES,
  previewImport,
  startImport,
  undoImport,
} from "./actions.ts";
import { columnsPage, previewPage, uploadPage } from "./pages.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const, keeper: true as const } } };
const UPLOAD = { config: { ...SELLERS.config, upload: true as const } };

type ImportRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const Nothing = Type.Object({});
const ColumnsForm = Type.Object({
  column: Type.Record(Type.String({ pattern: "^[0-9]{1,3}$" }), Type.String({ maxLength: 30 })),
  hasHeader: Type.Optional(Type.Boolean()),
});
const ConfirmForm = Type.Object({
  sequence: Type.Integer({ minimum: 0 }),
  rows: Type.Optional(Type.Array(Type.String({ pattern: "^[0-9]{1,6}$" }), { maxItems: 5000 })),
  gone: Type.Union(GONE_CHOICES.map((choice) => Type.Literal(choice))),
});
const UndoForm = Type.Object({ importId: Type.String({ pattern: "^[a-z2-7]{26}$" }) });

export function registerImports(app: FastifyInstance, wire: Wire): void {
  registerUpload(app, wire);
  registerColumns(app, wire);
  registerPreview(app, wire);
  registerExport(app, wire);
}

function registerUpload(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/catalog/import", SELLERS, (request: ImportRequest, reply) => {
    if (!findDeskProducer(wire, request.params.handle)) return sendRefusal(request, reply, { refused: "not-found" });
    return sendPage(request, reply, uploadPage(pageContext(request, reply), request.params.handle, null));
  });
  app.post("/desk/:handle/catalog/import", UPLOAD, async (request: ImportRequest, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const upload = await takeUpload(request.body, "file");
    const form = readForm(Nothing, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const started = "refused" in upload ? upload : await startImport(wire, actor, upload);
    if ("refused" in started) return showUploadProblem(request, reply, started);
    const path = `/desk/${actor.handle}/catalog/import/${started.importId}`;
    return reply.redirect(started.needsColumns ? `${path}/columns` : path, 303);
  });
  app.post("/desk/:handle/catalog/import/discard", SELLERS, (request: ImportRequest, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    discardImport(wire, actor);
    return reply.redirect(`/desk/${actor.handle}/catalog/import`, 303);
  });
}

function showUploadProblem(request: ImportRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const c = pageContext(request, reply);
  const problem = { status: statusOf(refusal), sentence: sentenceOf(refusal, c.say) };
  return sendPage(request, reply, uploadPage(c, request.params.handle, problem));
}

function registerColumns(app: FastifyInstance, wire: Wire): void {
  const show = async (request: ImportRequest, reply: FastifyReply, problem: Refusal | null): Promise<FastifyReply> => {
    const actor = findDeskProducer(wire, request.params.handle);
    const asked = actor && (await askColumns(wire, actor, request.params.id));
    if (!asked) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in asked) return sendRefusal(request, reply, asked);
    const c = pageContext(request, reply);
    const { columns, mapping } = asked;
    const { handle, id: importId } = request.params;
    const sentence = problem && sentenceOf(problem, c.say);
    const view = { handle, importId, columns, hasHeader: mapping.hasHeader, problem: sentence };
    return sendPage(request, reply, columnsPage(c, view));
  };
  app.get("/desk/:handle/catalog/import/:id/columns", SELLERS, (request: ImportRequest, reply) =>
    show(request, reply, null),
  );
  app.post("/desk/:handle/catalog/import/:id/columns", SELLERS, async (request: ImportRequest, reply) => {
    const { handle, id } = request.params;
    const actor = findDeskProducer(wire, handle);
    const asked = actor && (await askColumns(wire, actor, id));
    if (!asked) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in asked) return sendRefusal(request, reply, asked);
    const form = readForm(ColumnsForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { column, hasHeader = false } = form.value;
    const chosen = asked.columns.map((one) => {
      const word = column[String(one.column)] ?? "ignore";
      return isField(word) ? word : "ignore";
    });
    const mapping = chooseColumns(asked.columns, chosen, hasHeader);
    const read = await chooseImportColumns(wire, actor, id, mapping);
    if ("refused" in read) return show(request, reply, read);
    return reply.redirect(`/desk/${handle}/catalog/import/${id}`, 303);
  });
}

function registerPreview(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/catalog/import/:id", SELLERS, (request: ImportRequest, reply) => {
    const { handle, id } = request.params;
    const actor = findDeskProducer(wire, handle);
    const preview = actor && previewImport(wire.db.orm, actor.id, id);
    if (!preview) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in preview) {
      if (preview.refused === "columns-unclear")
        return reply.redirect(`/desk/${handle}/catalog/import/${id}/columns`, 303);
      return sendRefusal(request, reply, preview);
    }
    return sendPage(request, reply, previewPage(pageContext(request, reply), handle, preview));
  });
  app.post("/desk/:handle/catalog/import/:id", SELLERS, (request: ImportRequest, reply) => {
    const { handle, id } = request.params;
    const actor = findDeskProducer(wire, handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(ConfirmForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { rows = [], gone, sequence } = form.value;
    const done = confirmImport(wire, actor, id, { rows: new Set(rows.map(Number)), gone, sequence });
    if ("refused" in done) return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${handle}/catalog?done=imported`, 303);
  });
  app.post("/desk/:handle/catalog/import/undo", SELLERS, (request: ImportRequest, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    const form = readForm(UndoForm, request.body);
    if (!actor || "refused" in form) return sendRefusal(request, reply, { refused: "not-found" });
    const undone = undoImport(wire, actor, form.value.importId);
    if ("refused" in undone) return sendRefusal(request, reply, undone);
    return reply.redirect(`/desk/${actor.handle}/catalog?done=undone`, 303);
  });
}

const TYPES = { csv: "text/csv; charset=utf-8", gdxp: "application/json; charset=utf-8" } as const;

function registerExport(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/catalog/export", SELLERS, (request: ImportRequest, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    const { format = "csv" } = request.query as { format?: unknown };
    if (!actor || (format !== "csv" && format !== "gdxp")) return sendRefusal(request, reply, { refused: "not-found" });
    const now = wire.clock.now();
    const { language } = pageContext(request, reply);
    const text = exportCatalog(wire.db.orm, actor, format, { now, language });
    const name = `${actor.handle}-${romeTime(now).date}.${format === "csv" ? "csv" : "gdxp.json"}`;
    return nameFile(reply, { name, type: TYPES[format], how: "attachment" }).send(text);
  });
}
