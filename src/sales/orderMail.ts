// What the people of a farm are written when an order comes, changes or is taken back: group, goods and sums, as the order's page
// has them. No member's name is known here. Pure.
import { type AgreedLine, totalOf } from "../partners/threads/agreement.ts";
import type { ReceivedState } from "./received.ts";
import { unitName } from "./sheets.ts";

/** The reader's language: its sentences, and how it writes cents and thousandths. */
type Voice = {
  readonly language: "it" | "en";
  readonly say: (key: string, facts?: Record<string, unknown>) => string;
  readonly format: { money(cents: number): string; quantity(thousandths: number): string };
};

/** What happened to an order, as who sells wants to hear of it. */
export type SaleNews = "new" | "changed" | "withdrawn" | "asked-back" | "disputed" | "doubt";

/** What the mail names. `nameOf` names a line by its IRI; `words`: what the group wrote with it, "" for nothing. */
export type SaleFacts = {
  readonly news: SaleNews;
  readonly group: string;
  readonly farm: string;
  readonly lines: readonly AgreedLine[];
  readonly nameOf: (lineIri: string) => string;
  readonly state: ReceivedState;
  readonly words: string;
  readonly url: string;
};

/** The states in which a farm may still do something about what was just ordered. */
const TOLD_STATES: readonly ReceivedState[] = ["received", "countered", "accepted", "confirmed"];
/** A long order is read on its page. */
const LINES_SHOWN = 60;

export function saleMail({ say, language, format }: Voice, facts: SaleFacts): { subject: string; text: string } {
  const { news, lines, state, words, url } = facts;
  const said = { group: facts.group, farm: facts.farm, total: format.money(totalOf(lines)), url };
  const isOrder = news === "new" || news === "changed";
  const goods = lines.slice(0, LINES_SHOWN).map(({ lineIri, unit, quantityThousandths }) => {
    const quantity = `${format.quantity(quantityThousandths)} ${unitName(unit, quantityThousandths, language)}`;
    return `- ${facts.nameOf(lineIri)}: ${quantity}`;
  });
  const more = lines.length - goods.length;
  const parts = [
    say(`sales.mail.lead.${news}`, said),
    ...(isOrder ? ["", ...goods, ...(more > 0 ? [say("sales.mail.more", { count: more })] : [])] : []),
    ...(isOrder ? ["", say("sales.mail.total", said)] : []),
    ...(isOrder && TOLD_STATES.includes(state) ? [say(`sales.mail.state.${state}`)] : []),
    ...(words === "" ? [] : ["", say("sales.mail.words", { words })]),
    "",
    url,
  ];
  return { subject: say(`sales.mail.subject.${news}`, said), text: `${parts.join("\n")}\n` };
}
