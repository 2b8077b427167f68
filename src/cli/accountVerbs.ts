// The verbs about accounts: who sits where, what they may do, letting in and shutting out, and erasing somebody for good.
import type { Command } from "commander";
import { appendErasure } from "../db/erasureList.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { standingOf } from "../ledger/creditActions.ts";
import { addByHand } from "../members/accountActions.ts";
import { resetPassword } from "../members/credentials/passwordActions.ts";
import { resetSecondFactor } from "../members/credentials/secondFactorActions.ts";
import { type ErasureDesk, erasePerson, weighErasure } from "../members/privacy/erasureActions.ts";
import { changeRoles, disablePerson, enablePerson } from "../members/seatActions.ts";
import { listSeated, type SeatedPerson } from "../members/seatStore.ts";
import { plainAddress } from "../members/signIn.ts";
import { membersHouse } from "../node.ts";
import { listOpenOrderNames } from "../orders/bookStore.ts";
import { isMailAddress } from "../web/mail.ts";
import { sentenceOf } from "../web/refusals.ts";
import { ROLES, type Role } from "../web/visitor.ts";
import { type Desk, demand, findActor, VerbError } from "./desk.ts";

const clock = { now: Date.now };

/** `account list, create, role, disable, enable, reset, erase`. */
export function addAccountVerbs(program: Command, desk: Desk): void {
  const account = program.command("account").description(desk.say("cli.account.about"));
  addSeatVerbs(account, desk);
  addAccessVerbs(account, desk);
}

const houseOf = (desk: Desk) => membersHouse(desk.config, desk.db(), clock);

/** Somebody who sits at an actor, by the address they gave. */
function findSeat(desk: Desk, handle: string, email: string): { actorId: string; person: SeatedPerson } {
  const { id: actorId } = findActor(desk, handle);
  const found = listSeated(desk.db().orm, actorId).filter(
    (one) => one.email !== null && plainAddress(one.email) === plainAddress(email),
  );
  const [person] = found;
  if (!person || found.length > 1) throw new VerbError(desk.say("cli.account.unknown", { email, handle }));
  return { actorId, person };
}

function readRoles(desk: Desk, words: readonly string[]): Role[] {
  const bad = words.find((word) => !ROLES.some((role) => role === word));
  if (bad !== undefined) throw new VerbError(desk.say("cli.invite.badRole", { role: bad }));
  return words as Role[];
}

function addSeatVerbs(account: Command, desk: Desk): void {
  const { say, tell } = desk;
  account
    .command("list")
    .description(say("cli.account.list"))
    .argument("<handle>")
    .action((handle: string) => {
      for (const { name, email, disabledAt, seats } of listSeated(desk.db().orm, findActor(desk, handle).id)) {
        const roles = seats.map(({ role }) => role).join(",");
        tell(`${roles.padEnd(20)} ${email ?? "-"}  ${name}${disabledAt === null ? "" : "  (disabled)"}`);
      }
    });
  account
    .command("create")
    .description(say("cli.account.create"))
    .argument("<handle>")
    .argument("<email>")
    .argument("<name>")
    .option("--role <role>", ROLES.join(", "), "member")
    .action((handle: string, email: string, name: string, { role }: { role: string }) => {
      if (!isMailAddress(email)) throw new VerbError(say("form.reason.bad-address"));
      const { id: actorId, kind } = findActor(desk, handle);
      const wish = { actorId, kind, email, name, roles: readRoles(desk, [role]) };
      demand(desk, addByHand(houseOf(desk), wish));
      tell(say("cli.account.created", { name, email }));
    });
  account
    .command("role")
    .description(say("cli.account.role"))
    .argument("<handle>")
    .argument("<email>")
    .argument("<roles...>")
    .action((handle: string, email: string, words: string[]) => {
      const { actorId, person } = findSeat(desk, handle, email);
      const { kind } = findActor(desk, handle);
      const key = { actorId, personId: person.personId, byId: null, kind };
      const wish = { roles: readRoles(desk, words), producers: [] };
      const { seats } = demand(desk, changeRoles(houseOf(desk), key, wish));
      tell(say("cli.account.roles", { name: person.name, roles: seats.map(({ role }) => role).join(", ") }));
    });
}

function addAccessVerbs(account: Command, desk: Desk): void {
  const { say, tell } = desk;
  for (const [verb, act] of [
    ["disable", disablePerson],
    ["enable", enablePerson],
  ] as const)
    account
      .command(verb)
      .description(say(`cli.account.${verb}`))
      .argument("<handle>")
      .argument("<email>")
      .action((handle: string, email: string) => {
        const { actorId, person } = findSeat(desk, handle, email);
        demand<object>(desk, act(houseOf(desk), { actorId, personId: person.personId, byId: null }));
        tell(say(`cli.account.${verb}d`, { name: person.name }));
      });
  account
    .command("reset")
    .description(say("cli.account.reset"))
    .argument("<email>")
    .action((email: string) => {
      const done = [resetSecondFactor(houseOf(desk), email), resetPassword(houseOf(desk), email)];
      const [first] = done;
      if (done.every((one) => isRefusal(one)) && isRefusal(first)) throw new VerbError(sentenceOf(first, say));
      tell(say("cli.account.didReset", { email }));
    });
  account
    .command("erase")
    .description(say("cli.account.erase"))
    .argument("<handle>")
    .argument("<email>")
    .option("--confirm", say("cli.account.confirm"))
    .action((handle: string, email: string, { confirm = false }: { confirm?: boolean }) => {
      const { person } = findSeat(desk, handle, email);
      const { personId, name } = person;
      const no = weighErasure(erasureDesk(desk), desk.db().orm, personId);
      if (no) throw new VerbError(sentenceOf(no, say));
      if (!confirm) return tell(say("cli.account.wouldErase", { name }));
      demand(desk, erasePerson(erasureDesk(desk), personId, null));
      tell(say("cli.account.erased", { name }));
    });
}

function erasureDesk(desk: Desk): ErasureDesk {
  const { dataFolder, language } = desk.config;
  return {
    ...{ db: desk.db(), clock, language, standingOf, openOrdersOf: listOpenOrderNames },
    keepErasure: (erasure) => appendErasure(dataFolder, erasure),
  };
}
