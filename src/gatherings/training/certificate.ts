// What a certificate says, signed by who taught, and how anybody checks it without learning more than they know. Pure.

import { createHash } from "node:crypto";
import { canonicalize } from "../../activitypub/jcs.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { verifyProof } from "../../activitypub/proof.ts";
import { formatDecimal } from "../../kernel/decimal.ts";
import { foldText } from "../../kernel/foldText.ts";
import { type Sheet, textColumn } from "../../kernel/sheet.ts";
import { formatInstant } from "../../kernel/time.ts";

/** A certificate as it is kept. `nameWritten` is empty once its person has left. Times are epoch ms. */
export type Certificate = {
  readonly code: string;
  readonly pathId: string;
  readonly actorId: string;
  readonly personId: string;
  readonly nameWritten: string;
  readonly pathName: string;
  readonly hoursThousandths: number;
  readonly issuedAt: number;
  /** SHA-256 of the canonical JSON of its facts, hexadecimal. */
  readonly digest: string;
  readonly keyId: string;
  readonly proofValue: string;
  readonly revokedAt: number | null;
  /** Why it was taken back: for its person and who teaches, never for who checks the code. */
  readonly revokedReason: string | null;
  /** Taken back so that there is no other until who teaches says so. */
  readonly isBarring: boolean;
};

type Facts = Pick<Certificate, "code" | "actorId" | "nameWritten" | "pathName" | "hoursThousandths" | "issuedAt">;

/** The document that is signed. Numbers are decimal strings, as in every proven document. */
export function writeFacts({ code, actorId, nameWritten, pathName, hoursThousandths, issuedAt }: Facts): JsonObject {
  return {
    code,
    course: pathName,
    hours: formatDecimal(hoursThousandths, 3),
    issuer: actorId,
    issuedAt: formatInstant(issuedAt),
    name: nameWritten,
  };
}

export function digestOfFacts(facts: JsonObject): string {
  return createHash("sha256").update(canonicalize(facts)).digest("hex");
}

/** Whether digest and signature fit what the certificate says; `multibase` is the public half of `keyId`. Never where its name was erased. */
export function isSound(certificate: Certificate, multibase: string): boolean {
  if (certificate.nameWritten === "") return false;
  const facts = writeFacts(certificate);
  const proof = {
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    created: formatInstant(certificate.issuedAt),
    verificationMethod: certificate.keyId,
    proofPurpose: "assertionMethod",
    proofValue: certificate.proofValue,
  };
  return digestOfFacts(facts) === certificate.digest && verifyProof({ ...facts, proof }, multibase);
}

/** Whether somebody who types a name knows it: accents, spaces and capitals do not count. Nothing fits where the name was erased. */
export function isName(typed: string, { nameWritten }: Pick<Certificate, "nameWritten">): boolean {
  return nameWritten !== "" && foldText(typed) === foldText(nameWritten);
}

/** "M. R." of "Marta Rossi": what everybody with the code may read. */
export function initialsOf({ nameWritten }: Pick<Certificate, "nameWritten">): string {
  return nameWritten
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => `${[...word][0]?.toLocaleUpperCase("it")}.`)
    .join(" ");
}

/** One language's sentences and formats. */
type Voice = {
  readonly say: (key: string, facts?: Record<string, unknown>) => string;
  readonly date: (at: number) => string;
  readonly language: "it" | "en";
};

/** The certificate on paper, with the code that leads to its check. */
export function writeCertificateSheet(
  certificate: Certificate,
  issuer: { readonly name: string; readonly address: string },
  url: string,
  { say, date, language }: Voice,
): Sheet {
  const { nameWritten, pathName, hoursThousandths, issuedAt, code, digest, keyId, proofValue } = certificate;
  const hours = formatDecimal(hoursThousandths, 3);
  return {
    title: say("training.paper.title"),
    lines: [
      nameWritten,
      say("training.paper.did", { path: pathName }),
      ...(hoursThousandths > 0
        ? [say("training.paper.hours", { hours: language === "it" ? hours.replace(".", ",") : hours })]
        : []),
      say("training.paper.issued", { date: date(issuedAt), issuer: issuer.name, address: issuer.address }),
    ],
    warnings: [],
    language,
    isWide: false,
    qr: { url, label: say("training.paper.check") },
    tables: [
      {
        heading: say("training.paper.proof"),
        note: "",
        columns: [textColumn(say("training.paper.what")), textColumn(say("training.paper.value"))],
        rows: [
          [say("training.paper.code"), code],
          [say("training.paper.digest"), digest],
          [say("training.paper.key"), keyId],
          [say("training.paper.signature"), proofValue],
        ],
        total: null,
      },
    ],
  };
}
