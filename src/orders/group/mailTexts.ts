// A group's own words for the mails about its orders: a subject and a body in which facts stand in braces. Pure. SAFETY C29.
import type { Refusal } from "../../kernel/refusal.ts";

export const MAIL_KINDS = [
  "opened",
  "reminder",
  "closed",
  "agreed",
  "changed",
  "refused",
  "cancelled",
  "delivery",
  "asked",
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];
type Language = "it" | "en";

export type MailText = { readonly subject: string; readonly body: string };

/** What a mail can name. `details`: the lines that only we can write, what is booked and what it comes to, where it is collected. */
const FACTS = ["name", "order", "producer", "group", "closes", "place", "time", "details", "link"] as const;
export type MailFacts = Readonly<Record<(typeof FACTS)[number], string>>;

/** How each fact is called in a text of that language. */
export const FACT_NAMES: Readonly<Record<Language, MailFacts>> = {
  it: {
    ...{ name: "nome", order: "ordine", producer: "produttore", group: "gruppo", closes: "chiusura" },
    ...{ place: "luogo", time: "ora", details: "dettagli", link: "link" },
  },
  en: {
    ...{ name: "name", order: "order", producer: "producer", group: "group", closes: "closing" },
    ...{ place: "place", time: "time", details: "details", link: "link" },
  },
};

export const SUBJECT_MAX = 150;
export const BODY_MAX = 4000;

/** Mails whose point are the details: a text without them would tell people nothing. */
const NEEDS_DETAILS: readonly MailKind[] = ["closed", "agreed", "changed", "delivery", "asked"];
const BRACED = /\{([^{}\n]{0,40})\}/g;

/**
 * Why a text cannot stand: `no-subject`, `subject-lines` (more than one line), `no-body`, `text-too-long`, `unknown-fact` {fact},
 * `needs-details` {fact}; null when it can. `field` says where.
 */
export function checkMailText(kind: MailKind, language: Language, text: MailText): Refusal | null {
  const { subject, body } = text;
  if (subject.trim() === "") return { refused: "no-subject", field: "subject" };
  if (/\p{Cc}/u.test(subject)) return { refused: "subject-lines", field: "subject" };
  if (body.trim() === "") return { refused: "no-body", field: "body" };
  if (subject.length > SUBJECT_MAX) return { refused: "text-too-long", field: "subject" };
  if (body.length > BODY_MAX) return { refused: "text-too-long", field: "body" };
  const names = FACT_NAMES[language];
  for (const [field, written] of Object.entries({ subject, body })) {
    const stranger = [...written.matchAll(BRACED)].find(
      ([, name]) => !Object.values(names).includes(name?.trim() ?? ""),
    );
    if (stranger) return { refused: "unknown-fact", field, fact: stranger[0] };
  }
  // Details are lines, a subject is one.
  if (subject.includes(`{${names.details}}`)) return { refused: "unknown-fact", field: "subject", fact: names.details };
  if (NEEDS_DETAILS.includes(kind) && !body.includes(`{${names.details}}`))
    return { refused: "needs-details", field: "body", fact: `{${names.details}}` };
  return null;
}

/** The mail with its facts in place. What a fact says is never read as a text with braces again. */
export function renderMail(language: Language, { subject, body }: MailText, facts: MailFacts): MailText {
  const names = FACT_NAMES[language];
  const byName = new Map(FACTS.map((fact) => [names[fact], facts[fact]]));
  const fill = (text: string) => text.replaceAll(BRACED, (braced, name: string) => byName.get(name.trim()) ?? braced);
  return {
    subject: fill(subject)
      .replaceAll(/[\s\p{Cc}]+/gu, " ")
      .trim(),
    // Where a fact is empty its line would leave a hole.
    body: fill(body)
      .replaceAll(/\n{3,}/g, "\n\n")
      .trim(),
  };
}

/** Our own text of a kind, as somebody would change it. `say` of the language. */
export function ourMailText(
  kind: MailKind,
  language: Language,
  say: (key: string, facts?: Record<string, unknown>) => string,
): MailText {
  const braced = Object.fromEntries(FACTS.map((fact) => [fact, `{${FACT_NAMES[language][fact]}}`]));
  const link = say(`orders.mail.${LINKS[kind] ?? "see"}`, { url: braced.link });
  const body = [say("orders.mail.hello", braced), say(`orders.mail.${kind}Text`, braced), braced.details, link];
  return { subject: say(`orders.mail.${kind}Subject`, braced), body: body.join("\n\n") };
}

/** What the link at the end is for. */
const LINKS: Partial<Record<MailKind, string>> = { opened: "book", reminder: "book", asked: "decide" };
