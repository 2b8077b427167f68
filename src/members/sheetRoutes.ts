// Everything of a group or producer as sheets in one file, for who administers it and signed in lately: written down first (C54).
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { type TextFile, writeTextTar } from "../db/tar.ts";
import { romeTime } from "../kernel/time.ts";
import { sendRefusal } from "../web/errors.ts";
import { nameFile } from "../web/files.ts";
import { noteExport } from "../web/noteExport.ts";
import { pageContext } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { isFresh } from "../web/visitor.ts";
import type { Language } from "../web/words.ts";

/** The sheets of an actor, from the rooms that know them; undefined for who is not here. */
export type SheetsOf = (actorId: string, language: Language) => Iterable<TextFile> | undefined;

const Nothing = Type.Object({});

/** Adds `/desk/{handle}/people/sheets`. */
export function addSheetRoutes(app: FastifyInstance, sheetsOf: SheetsOf): void {
  app.post("/desk/:handle/people/sheets", { config: { policy: { seat: ["admin"] } } }, (request, reply) => {
    const form = readForm(Nothing, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { actorId, handle } = request.seat!;
    const now = app.web.clock.now();
    if (!isFresh(request.visitor!, now))
      return sendRefusal(request, reply, { refused: "fresh-sign-in", next: `/desk/${handle}/people` });
    const sheets = sheetsOf(actorId, pageContext(request, reply).language);
    if (!sheets) return sendRefusal(request, reply, { refused: "not-found" });
    noteExport(request, "everything");
    const file = {
      name: `${handle}-${romeTime(now).date}.tar`,
      type: "application/x-tar",
      how: "attachment",
    } as const;
    return nameFile(reply, file).send(Readable.from(writeTextTar(sheets, now)));
  });
}
