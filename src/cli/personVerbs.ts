// The verbs for a person who cannot help themselves: no phone, no password that still is theirs, no mailbox.
import type { Command } from "commander";
import { resetPassword } from "../members/credentials/passwordActions.ts";
import { resetSecondFactor } from "../members/credentials/secondFactorActions.ts";
import { setEmailByHand } from "../members/email/emailActions.ts";
import { membersHouse } from "../node.ts";
import { isMailAddress } from "../web/mail.ts";
import { type Desk, demand, VerbError } from "./desk.ts";

/** `person reset-second-factor`, `person reset-password`, `person set-email`. */
export function addPersonVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  const house = () => membersHouse(desk.config, desk.db(), { now: Date.now });
  const person = program.command("person").description(say("cli.person.about"));
  person
    .command("reset-second-factor")
    .description(say("cli.person.resetSecondFactor"))
    .argument("<email>")
    .action((email: string) =>
      tell(say("cli.person.didFactor", { name: demand(desk, resetSecondFactor(house(), email)).reset })),
    );
  person
    .command("reset-password")
    .description(say("cli.person.resetPassword"))
    .argument("<email>")
    .action((email: string) =>
      tell(say("cli.person.didPassword", { name: demand(desk, resetPassword(house(), email)).reset })),
    );
  person
    .command("set-email")
    .description(say("cli.person.setEmail"))
    .argument("<email>")
    .argument("<new>")
    .action((email: string, wanted: string) => {
      if (!isMailAddress(wanted)) throw new VerbError(say("form.reason.bad-address"));
      tell(say("cli.person.didEmail", demand(desk, setEmailByHand(house(), email, wanted))));
    });
}
