// The contract of an order for those who work at a desk: its page, and the file with which anybody can check it elsewhere.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { sendRefusal } from "../../web/errors.ts";
import { nameFile } from "../../web/files.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { type Desk, SEE_CONTRACT, seatOf } from "../deskRoutes.ts";
import { type ContractFile, verifyContract, writeContractFile } from "./contract.ts";
import { loadContract } from "./contractActions.ts";
import { contractPage } from "./contractPages.ts";

/** Where a desk shows the contract of a thread. */
export function contractPath(handle: string, thread: string): string {
  return `/desk/${handle}/contract?${new URLSearchParams({ thread })}`;
}

/** How the lines of a thread are called, by their addresses; empty where nobody here knows them. */
export type LinesOfThread = (tx: Tx, actorId: string, thread: string) => ReadonlyMap<string, string>;

export function registerContracts(app: FastifyInstance, { db }: Wire, linesOf: LinesOfThread): void {
  const find = (request: FastifyRequest): ContractFile | null => {
    const { thread } = request.query as { thread?: unknown };
    return typeof thread === "string" ? loadContract(db.orm, seatOf(request).actorId, thread) : null;
  };
  app.get<Desk>("/desk/:handle/contract", { config: SEE_CONTRACT }, (request, reply) => {
    const contract = find(request);
    if (!contract) return sendRefusal(request, reply, { refused: "not-found" });
    const { handle, actorId } = seatOf(request);
    const names = linesOf(db.orm, actorId, contract.thread);
    const fileHref = `/desk/${handle}/contract/file?${new URLSearchParams({ thread: contract.thread })}`;
    const c = pageContext(request, reply);
    const page = contractPage(c, verifyContract(contract), fileHref, (lineIri) => names.get(lineIri) ?? null);
    return sendPage(request, reply, page);
  });
  app.get<Desk>("/desk/:handle/contract/file", { config: SEE_CONTRACT }, (request, reply: FastifyReply) => {
    const contract = find(request);
    if (!contract) return sendRefusal(request, reply, { refused: "not-found" });
    const file = { name: "contract.json", type: "application/json; charset=utf-8", how: "attachment" } as const;
    return nameFile(reply, file).send(writeContractFile(contract));
  });
}
