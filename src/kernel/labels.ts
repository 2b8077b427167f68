// Labels to stick on goods, as plain values: the same for the screen, for the browser's printer and for PDF. A4, 3 x 8.

/** How many labels stand on a sheet of 70 x 37 mm. */
export const LABELS_PER_SHEET = 24;
export const LABEL_COLUMNS = 3;

/** One label. Empty texts are left out; `count` is "2/5" where several packages make one line of an order. */
export type Label = {
  readonly product: string;
  readonly group: string;
  readonly pickup: string;
  readonly weight: string;
  readonly lot: string;
  readonly count: string;
};

/** Labels in their order, after so many places of the first sheet that are used already. */
export type LabelSheet = {
  readonly title: string;
  readonly language: "it" | "en";
  readonly skip: number;
  readonly labels: readonly Label[];
};
