// How texts compare when a person searches: without case, without accents.

/** "Perché NO" -> "perche no". */
export function foldText(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
}
