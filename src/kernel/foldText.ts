// Text as it is compared: by people who look for a name, and by the index of networks. Pure.

/** A text without accents, ligatures, case and signs, its words with one blank between: "Perché" and "perche" are the same. */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
