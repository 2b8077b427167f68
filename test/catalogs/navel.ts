// The oranges of the golden Proposals.

export const NAVEL = {
  sku: "NAV10",
  name: "Arance Navel, cassetta 10 kg",
  description: "Raccolte il giorno prima.",
  ingredients: "arance & basta",
  saleUnitCode: "XCR",
  content: { quantityThousandths: 10_000, unitCode: "KGM" },
  priceTenThousandths: 17_500,
  priceUnitCode: "KGM",
  supplierMinThousandths: 2000,
  availableThousandths: 150_000,
  seasonMonths: [1, 2, 3, 11, 12],
  availableFrom: "2026-11-02",
  availableTo: "2027-03-20",
  certifications: [{ kind: "organic" as const, body: "IT-BIO-000", operatorCode: "12345", validUntil: "2027-12-31" }],
};
