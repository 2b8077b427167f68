// The desk's ways for lists of members and of opening balances: in by upload, columns, preview and yes; back by undo; a template out.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { chooseColumns, isFieldOf } from "../../exchange/headings.ts";
import { MEMBER_WORDS, MEMBERS } from "../../exchange/memberColumns.ts";
import { writeMemberCsv } from "../../exchange/readMembers.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { nameFile } from "../../web/files.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { takeUpload } from "../../web/readUpload.ts";
import { sentenceOf, statusOf } from "../../web/refusals.ts";
import { holdsRole, isFresh } from "../../web/visitor.ts";
import {
  askColumns,
  chooseImportColumns,
  confirmImport,
  discardImport,
  type Importer,
  previewImport,
  startImport,
} from "./actions.ts";
import { type UndoDesk, undoImport, welcomePeople } from "./afterActions.ts";
import { columnsPage, previewPage, uploadPage } from "./pages.ts";
import { listNewcomers, listSteps, loadLastImport } from "./store.ts";

const IMPORTERS = { config: { policy: { seat: ["admin", "treasurer"] as const } } };
const UPLOAD = { config: { ...IMPORTERS.config, upload: true as const } };

type ImportRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const Nothing = Type.Object({});
const ColumnsForm = Type.Object({
  column: Type.Record(Type.String({ pattern: "^[0-9]{1,3}$" }), Type.String({ maxLength: 30 })),
  hasHeader: Type.Optional(Type.Boolean()),
});
const ConfirmForm = Type.Object({
  digest: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  welcome: Type.Union([Type.Literal("now"), Type.Literal("later")]),
});
const SureForm = Type.Object({ sure: Type.Literal("on") });
const NUMBER = Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 }));
const DoneQuery = Type.Object({
  people: NUMBER,
  households: NUMBER,
  openings: NUMBER,
  asked: NUMBER,
  taken: NUMBER,
  kept: NUMBER,
  written: NUMBER,
});

/** Adds `/desk/{handle}/people/import` and everything below it. */
export function addImportRoutes(app: FastifyInstance, desk: UndoDesk): void {
  registerUpload(app, desk);
  registerColumns(app, desk);
  registerPreview(app, desk);
  registerAfter(app, desk);
}

/** Who brings a list in; undefined at the desk of who has no households. */
function importerOf(request: FastifyRequest): Importer | undefined {
  const { actorId, actorKind } = request.seat!;
  if (actorKind !== "gas") return undefined;
  const mayAdd = holdsRole(request.visitor, actorId, ["admin"]);
  return { actorId, personId: request.visitor!.personId, mayAdd };
}

function baseOf(request: FastifyRequest): string {
  return `/desk/${request.seat!.handle}/people/import`;
}

/** Takes whoever administers or keeps the books to `act`, others nowhere. */
function asImporter<R extends FastifyRequest>(
  act: (by: Importer, request: R, reply: FastifyReply) => FastifyReply | Promise<FastifyReply>,
) {
  return (request: R, reply: FastifyReply) => {
    const by = importerOf(request);
    return by ? act(by, request, reply) : sendRefusal(request, reply, { refused: "not-found" });
  };
}

function showUpload(desk: UndoDesk, by: Importer, request: FastifyRequest, reply: FastifyReply, problem?: Refusal) {
  const c = pageContext(request, reply);
  const tx = desk.db.orm;
  const query = readForm(DoneQuery, request.method === "GET" ? request.query : {});
  if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
  const { people, taken, written } = query.value;
  const last = loadLastImport(tx, by.actorId);
  const base = baseOf(request);
  const sentence =
    people !== undefined
      ? "imports.done"
      : taken !== undefined
        ? "imports.undone"
        : written !== undefined
          ? "imports.welcomed"
          : null;
  const facts = { asked: 0, kept: 0, ...query.value, count: people ?? taken ?? written ?? 0 };
  return sendPage(
    request,
    reply,
    uploadPage(c, {
      base,
      back: by.mayAdd ? `/desk/${request.seat!.handle}/people` : `/desk/${request.seat!.handle}/money/households`,
      problem: problem ? { status: statusOf(problem), sentence: sentenceOf(problem, c.say) } : null,
      done: sentence && c.say(sentence, facts),
      last: last ? { importId: last.id, at: last.confirmedAt ?? 0, rows: listSteps(tx, last.id).length } : null,
      newcomers: by.mayAdd ? listNewcomers(tx, by.actorId).length : 0,
      hasMail: desk.mailer !== null,
    }),
  );
}

function registerUpload(app: FastifyInstance, desk: UndoDesk): void {
  const path = "/desk/:handle/people/import";
  app.get(
    path,
    IMPORTERS,
    asImporter((by, request, reply) => showUpload(desk, by, request, reply)),
  );
  app.post(
    path,
    UPLOAD,
    asImporter(async (by, request, reply) => {
      const upload = await takeUpload(request.body, "file");
      const form = readForm(Nothing, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const started = isRefusal(upload) ? upload : await startImport(desk, by, upload);
      if (isRefusal(started)) return showUpload(desk, by, request, reply, started);
      const to = `${baseOf(request)}/${started.importId}`;
      return reply.redirect(started.needsColumns ? `${to}/columns` : to, 303);
    }),
  );
  app.get(
    `${path}/template.csv`,
    IMPORTERS,
    asImporter((_by, request, reply) => {
      const name = pageContext(request, reply).language === "it" ? "modello-soci.csv" : "members-template.csv";
      const file = { name, type: "text/csv; charset=utf-8", how: "attachment" } as const;
      return nameFile(reply, file).send(writeMemberCsv([], pageContext(request, reply).language));
    }),
  );
  app.post(
    `${path}/discard`,
    IMPORTERS,
    asImporter((by, request, reply) => {
      discardImport(desk, by);
      return reply.redirect(baseOf(request), 303);
    }),
  );
}

function registerColumns(app: FastifyInstance, desk: UndoDesk): void {
  const path = "/desk/:handle/people/import/:id/columns";
  const show = async (by: Importer, request: ImportRequest, reply: FastifyReply, problem: Refusal | null) => {
    const asked = await askColumns(desk, by, request.params.id);
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    const c = pageContext(request, reply);
    const { columns, mapping } = asked;
    const sentence = problem && sentenceOf(problem, c.say);
    const view = { base: baseOf(request), importId: request.params.id, columns, hasHeader: mapping.hasHeader };
    const about = { words: MEMBER_WORDS, lead: c.say("imports.columnsNeeded"), problem: sentence };
    return sendPage(request, reply, columnsPage(c, { ...view, ...about }));
  };
  app.get(
    path,
    IMPORTERS,
    asImporter((by, request: ImportRequest, reply) => show(by, request, reply, null)),
  );
  app.post(
    path,
    IMPORTERS,
    asImporter(async (by, request: ImportRequest, reply) => {
      const { id } = request.params;
      const asked = await askColumns(desk, by, id);
      if (isRefusal(asked)) return sendRefusal(request, reply, asked);
      const form = readForm(ColumnsForm, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const { column, hasHeader = false } = form.value;
      const chosen = asked.columns.map((one) => {
        const word = column[String(one.column)] ?? "ignore";
        return isFieldOf(MEMBERS, word) ? word : "ignore";
      });
      const read = await chooseImportColumns(desk, by, id, chooseColumns(asked.columns, chosen, hasHeader));
      if (isRefusal(read)) return show(by, request, reply, read);
      return reply.redirect(`${baseOf(request)}/${id}`, 303);
    }),
  );
}

function registerPreview(app: FastifyInstance, desk: UndoDesk): void {
  const path = "/desk/:handle/people/import/:id";
  app.get(
    path,
    IMPORTERS,
    asImporter((by, request: ImportRequest, reply) => {
      const { id } = request.params;
      const preview = previewImport(desk, desk.db.orm, by, id);
      if (!isRefusal(preview))
        return sendPage(
          request,
          reply,
          previewPage(pageContext(request, reply), baseOf(request), preview, desk.mailer !== null),
        );
      if (preview.refused === "columns-unclear") return reply.redirect(`${baseOf(request)}/${id}/columns`, 303);
      return sendRefusal(request, reply, preview);
    }),
  );
  app.post(
    path,
    IMPORTERS,
    asImporter((by, request: ImportRequest, reply) => {
      const { id } = request.params;
      const stale = refuseStale(request, reply, `${baseOf(request)}/${id}`);
      if (stale) return stale;
      const form = readForm(ConfirmForm, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const done = confirmImport(desk, by, id, form.value.digest);
      if (isRefusal(done)) return sendRefusal(request, reply, done);
      if (form.value.welcome === "now" && by.mayAdd) welcomePeople(desk, by);
      const told = new URLSearchParams(Object.entries(done).map(([name, count]) => [name, String(count)]));
      return reply.redirect(`${baseOf(request)}?${told}`, 303);
    }),
  );
}

function registerAfter(app: FastifyInstance, desk: UndoDesk): void {
  const path = "/desk/:handle/people/import";
  app.post(
    `${path}/:id/undo`,
    IMPORTERS,
    asImporter((by, request: ImportRequest, reply) => {
      const stale = refuseStale(request, reply, baseOf(request));
      if (stale) return stale;
      const form = readForm(SureForm, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const undone = undoImport(desk, by, request.params.id);
      if (isRefusal(undone)) return sendRefusal(request, reply, undone);
      return reply.redirect(`${baseOf(request)}?taken=${undone.taken}&kept=${undone.kept}`, 303);
    }),
  );
  app.post(
    `${path}/welcome`,
    { config: { policy: { seat: ["admin"] } } },
    asImporter((by, request, reply) => {
      const form = readForm(Nothing, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const done = welcomePeople(desk, by);
      if (isRefusal(done)) return sendRefusal(request, reply, done);
      return reply.redirect(`${baseOf(request)}?written=${done.written}`, 303);
    }),
  );
}

/** Money and people come in only by who signed in lately (SAFETY section 8). */
function refuseStale(request: FastifyRequest, reply: FastifyReply, next: string): FastifyReply | null {
  if (isFresh(request.visitor!, request.server.web.clock.now())) return null;
  return sendRefusal(request, reply, { refused: "import-sign-in", next });
}
