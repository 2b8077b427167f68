// A contract as people read it, on both sides alike: what was agreed, who signed it with which key, and whether it holds.
// On a page, inside another room's page, and as lines of text for the command line. Pure.
import { parseInstant } from "../../kernel/time.ts";
import { unitLabel, unitOfWire } from "../../kernel/units.ts";
import { type Format, formats } from "../../web/format.ts";
import { type Html, html } from "../../web/html.ts";
import type { PageContext, View } from "../../web/page.ts";
import type { Language, Say } from "../../web/words.ts";
import { fingerprintOf } from "../keys/fingerprint.ts";
import type { AgreedLine } from "./agreement.ts";
import type { CheckedMessage, ContractReport, TextInForce } from "./contract.ts";

/** How a line is called where its name is known; else its address stands. */
type LineNames = (lineIri: string) => string | null;

/** The page of a contract, with its file to take away. `fileHref` leads to it. */
export function contractPage(c: PageContext, report: ContractReport, fileHref: string, nameOf: LineNames): View {
  return {
    title: c.say("partners.contract.title"),
    wide: true,
    body: html`${contractPart(c, report, nameOf)}
      <p><a href="${fileHref}" download="contract.json">${c.say("partners.contract.file")}</a></p>
      <p><small>${c.say("partners.contract.fileHelp")}</small></p>`,
  };
}

/** A contract within a page of whoever buys or sells: the verdict first, then the text, then every signature. */
function contractPart(c: PageContext, report: ContractReport, nameOf: LineNames): Html {
  const { say } = c;
  const { inForce, holds, isWithdrawn, status } = report;
  return html`<p class="${holds ? "notice" : "problems"}"><strong>${say(verdictKey(report))}</strong></p>
    ${isWithdrawn ? html`<p>${say("partners.contract.withdrawn")}</p>` : ""}
    ${status === null ? "" : html`<p>${say("partners.contract.status")}: ${say(`partners.contract.state.${status}`)}</p>`}
    ${inForce ? textPart(c, inForce, nameOf) : ""}
    ${messagesPart(c, report.messages)}`;
}

function verdictKey({ holds, inForce }: ContractReport): string {
  if (holds) return "partners.contract.holds";
  return inForce ? "partners.contract.flawed" : "partners.contract.nothing";
}

function textPart(c: PageContext, text: TextInForce, nameOf: LineNames): Html {
  const { say, format } = c;
  return html`<h2>${say("partners.contract.text", { revision: text.revision })}</h2>
    <section class="scroll" tabindex="0" aria-label="${say("partners.contract.text", { revision: text.revision })}"><table>
      <thead><tr><th scope="col">${say("partners.contract.line")}</th><th scope="col" class="number">${say("partners.contract.quantity")}</th><th scope="col" class="number">${say("partners.contract.amount")}</th></tr></thead>
      <tbody>${text.lines.map((line) => {
        const name = nameOf(line.lineIri);
        return html`<tr><th scope="row">${name ?? html`<small>${line.lineIri}</small>`}</th><td class="number">${quantityOf(line, c)}</td><td class="number">${format.money(line.amountCents)}</td></tr>`;
      })}</tbody>
      <tfoot><tr><th scope="row">${say("partners.contract.total")}</th><td></td><td class="number">${format.money(text.totalCents)}</td></tr></tfoot>
    </table></section>
    <dl class="facts stacked"><dt>${say("partners.contract.buyerHash")}</dt><dd><code>${text.buyerHash}</code></dd>
      <dt>${say("partners.contract.sellerHash")}</dt><dd><code>${text.sellerHash}</code></dd></dl>`;
}

function messagesPart(c: PageContext, messages: readonly CheckedMessage[]): Html {
  const { say } = c;
  const title = say("partners.contract.messages");
  return html`<h2>${title}</h2>
    <section class="scroll" tabindex="0" aria-label="${title}"><table class="stacks">
      <thead><tr><th scope="col">${say("partners.contract.what")}</th><th scope="col">${say("partners.contract.signedBy")}</th><th scope="col">${say("partners.contract.digest")}</th><th scope="col">${say("partners.contract.check")}</th></tr></thead>
      <tbody>${messages.map((one) => messageRow(c, one))}</tbody></table></section>`;
}

function messageRow(c: PageContext, one: CheckedMessage): Html {
  const { say } = c;
  const key = one.publicKeyMultibase;
  return html`<tr><th scope="row">${say(`partners.contract.kind.${one.message?.kind ?? "unknown"}`)}<br><small>${signedAt(one, c.format)}</small></th>
    <td data-label="${say("partners.contract.signedBy")}"><span>${one.actor ?? ""}<br><small>${key === null ? "" : html`${one.keyId} <code>${fingerprintOf(key)}</code>`}</small></span></td>
    <td data-label="${say("partners.contract.digest")}"><code>${one.digest === null ? "" : one.digest.slice(0, 16)}</code></td>
    <td data-label="${say("partners.contract.check")}">${one.flaw === null ? say("partners.contract.sound") : html`<strong>${say(`partners.contract.flaw.${one.flaw}`)}</strong>`}</td></tr>`;
}

/** A contract for the command line, a line per fact. */
export function contractLines(report: ContractReport, say: Say, language: Language): string[] {
  const format = formats(language);
  const { inForce } = report;
  const text = inForce?.lines.map(
    (line) => `  ${line.lineIri}  ${quantityOf(line, { language, format })}  ${format.money(line.amountCents)}`,
  );
  return [
    report.thread,
    ...report.messages.map((one) => messageLine(one, say)),
    ...(inForce && text
      ? [
          say("partners.contract.text", { revision: inForce.revision }),
          ...text,
          `${say("partners.contract.total")}: ${format.money(inForce.totalCents)}`,
          `${say("partners.contract.buyerHash")}: ${inForce.buyerHash}`,
          `${say("partners.contract.sellerHash")}: ${inForce.sellerHash}`,
        ]
      : []),
    ...(report.status === null
      ? []
      : [`${say("partners.contract.status")}: ${say(`partners.contract.state.${report.status}`)}`]),
    ...(report.isWithdrawn ? [say("partners.contract.withdrawn")] : []),
    say(verdictKey(report)),
  ];
}

function messageLine(one: CheckedMessage, say: Say): string {
  const { message, actor, signedAt, publicKeyMultibase: key, digest, flaw } = one;
  const kind = say(`partners.contract.kind.${message?.kind ?? "unknown"}`);
  const by = key === null ? (actor ?? "?") : `${actor} (${fingerprintOf(key)})`;
  const mark = flaw === null ? "ok" : `NO ${say(`partners.contract.flaw.${flaw}`)}`;
  return `  ${mark}  ${signedAt ?? "?"}  ${kind}  ${by}  ${digest?.slice(0, 16) ?? ""}`;
}

function quantityOf(line: AgreedLine, { language, format }: { language: Language; format: Format }): string {
  const { unit, quantityThousandths } = line;
  return `${format.quantity(quantityThousandths)} ${unitLabel(unitOfWire(unit) ?? unit, quantityThousandths, language)}`;
}

function signedAt(one: CheckedMessage, format: Format): string {
  const at = one.signedAt === null ? null : parseInstant(one.signedAt);
  return at === null ? "" : format.dateTime(at);
}
