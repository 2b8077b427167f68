// The contract of an order for those who work at a desk: its page, and the file with which anybody can check it elsewhere.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Wire } from "../activitypub/wire.ts";
import { sendRefusal } from "../web/errors.ts";
import { nameFile } from "../web/files.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { type ContractFile, verifyContract, writeContractFile } from "./contract.ts";
import { loadContract } from "./contractActions.ts";
import { contractPage } from "./contractPages.ts";
import { type Desk, SEE, seatOf } from "./deskRoutes.ts";

/** Where a desk shows the contract of a thread. */
export function contractPath(handle: string, thread: string): string {
  return `/desk/${handle}/contract?${new URLSearchParams({ thread })}`;
}

export function registerContracts(app: FastifyInstance, { db }: Wire): void {
  const find = (request: FastifyRequest): ContractFile | null => {
    const { thread } = request.query as { thread?: unknown };
    return typeof thread === "string" ? loadContract(db.orm, seatOf(request).actorId, thread) : null;
  };
  app.get<Desk>("/desk/:handle/contract", { config: SEE }, (request, reply) => {
    const contract = find(request);
    if (!contract) return sendRefusal(request, reply, { refused: "not-found" });
    const { handle } = seatOf(request);
    const fileHref = `/desk/${handle}/contract/file?${new URLSearchParams({ thread: contract.thread })}`;
    return sendPage(request, reply, contractPage(pageContext(request, reply), verifyContract(contract), fileHref));
  });
  app.get<Desk>("/desk/:handle/contract/file", { config: SEE }, (request, reply: FastifyReply) => {
    const contract = find(request);
    if (!contract) return sendRefusal(request, reply, { refused: "not-found" });
    const file = { name: "contract.json", type: "application/json; charset=utf-8", how: "attachment" } as const;
    return nameFile(reply, file).send(writeContractFile(contract));
  });
}
