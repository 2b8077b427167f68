// Verbs for a producer's orders: who ordered what, and an answer without a browser.
import type { Command } from "commander";
import { createKeyring } from "../activitypub/actors.ts";
import { createPost } from "../activitypub/outbox.ts";
import { parseWrittenDecimal } from "../kernel/decimal.ts";
import { totalOf } from "../partners/threads/agreement.ts";
import { answerOrder, type OrderAnswer } from "../sales/orderActions.ts";
import { RECEIVED_STATES, type ReceivedOrder, stateOf } from "../sales/received.ts";
import { listReceived, loadReceived } from "../sales/receivedStore.ts";
import { holdForGroups } from "../sharing/holdActions.ts";
import { formats } from "../web/format.ts";
import { type Desk, demand, findActor, VerbError } from "./desk.ts";

const LISTED = 500;

/** `sale list` and `sale answer`. The running node carries the answers; without one they wait for its next start. */
export function addSaleVerbs(program: Command, desk: Desk): void {
  const { say, tell, config } = desk;
  const sale = program.command("sale").description(say("cli.sale.about"));
  sale
    .command("list")
    .description(say("cli.sale.list"))
    .argument("<handle>")
    .action((handle: string) => {
      const format = formats(config.language);
      const wish = { states: RECEIVED_STATES, limit: LISTED };
      for (const order of listReceived(desk.db().orm, findActor(desk, handle).id, wish)) {
        const state = say(`sales.orderState.${stateOf(order)}`);
        tell(
          `${state.padEnd(16)} ${format.money(totalOf(order.latest.lines)).padStart(12)}  ${order.buyer}  ${order.thread}`,
        );
      }
    });
  sale
    .command("answer")
    .description(say("cli.sale.answer"))
    .argument("<handle>")
    .argument("<thread>")
    .option("--accept", say("cli.sale.accept"))
    .option("--refuse", say("cli.sale.refuse"))
    .option("--change <line=quantity...>", say("cli.sale.change"))
    .option("--overdraw", say("cli.sale.overdraw"))
    .option("--note <text>", say("cli.sale.note"), "")
    .action((handle: string, thread: string, options: Options) => {
      const actorId = findActor(desk, handle).id;
      const order = loadReceived(desk.db().orm, actorId, thread);
      if (!order) throw new VerbError(say("cli.sale.unknown", { thread }));
      const db = desk.db();
      const keyring = createKeyring(config.secret);
      const wire = { db, clock: { now: Date.now }, post: createPost(db, keyring, () => {}), keyring };
      const answer = readAnswer(desk, order, options);
      const done = demand(desk, answerOrder(wire, { actorId, thread }, answer, holdForGroups(wire)));
      tell(say("cli.sale.answered", { state: say(`sales.orderState.${stateOf(done)}`) }));
    });
}

type Options = {
  readonly accept?: boolean;
  readonly refuse?: boolean;
  readonly change?: readonly string[];
  readonly overdraw?: boolean;
  readonly note: string;
};

function readAnswer(desk: Desk, order: ReceivedOrder, options: Options): OrderAnswer {
  const { accept, refuse, change, overdraw: mayOverdraw = false, note } = options;
  if ([accept, refuse, change].filter(Boolean).length !== 1) throw new VerbError(desk.say("cli.sale.oneOf"));
  if (accept) return { kind: "accept", mayOverdraw, note };
  if (refuse) return { kind: "refuse", note };
  const wishes = (change ?? []).map((text) => {
    const [, end = "", quantity = ""] = /^(.+)=([^=]+)$/.exec(text) ?? [];
    const line = order.latest.lines.find(({ lineIri }) => lineIri === end || lineIri.endsWith(`/${end}`));
    const quantityThousandths = parseWrittenDecimal(quantity, 3, ",");
    if (!line || quantityThousandths === null) throw new VerbError(desk.say("cli.sale.badChange", { text }));
    return { lineIri: line.lineIri, quantityThousandths };
  });
  return { kind: "change", wishes, mayOverdraw, whenSilent: "confirm", note };
}
