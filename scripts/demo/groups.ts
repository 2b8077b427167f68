// What the two groups of the demo want: who runs their order, what they pay in, what they book, what they settle for.
import { FRIEND } from "./cast.ts";

/** So many packages of a product; `tolerated` more where that fills a crate. */
export type Item = {
  readonly sku: string;
  readonly packages: number;
  readonly tolerated?: number;
  readonly forFriend?: true;
};

/** `nextItems`: what they book in the order after this one. */
type Member = {
  readonly email: string;
  readonly paidInCents: number;
  readonly items: readonly Item[];
  readonly nextItems?: readonly Item[];
};

export type Group = {
  readonly handle: string;
  readonly referente: string;
  readonly treasurer: string;
  /** The day and hour in which its order closes, and in which it hands out. */
  readonly closes: string;
  readonly pickupDays: number;
  readonly place: "placeValley" | "placeCoast";
  readonly minimumCents: number;
  /** It takes an answer by itself that leaves at least so much of every line. */
  readonly acceptShortPercent: number;
  readonly members: readonly Member[];
  /** How many tins of oil the farm can give it, and what the cheese weighs that each gets, in grams. */
  readonly tins: number;
  readonly cheese: { readonly email: string; readonly grams: number[] };
};

export const OIL = "OLI-02";
export const CHEESE = "FOR-02";
export const POTATOES = "ORT-08";
/** All the tins there are after the pressing. */
export const TINS = 7;
/** When orders close, and when the farm's cycle does, in days from the first. */
export const CLOSING_DAYS = 6;

export const GROUPS: readonly Group[] = [
  {
    handle: "gas-valle",
    referente: "marta@gas-valle.example",
    treasurer: "nadia@gas-valle.example",
    closes: "20:00",
    pickupDays: 10,
    place: "placeValley",
    minimumCents: 15_000,
    acceptShortPercent: 75,
    members: [
      {
        email: FRIEND.email,
        paidInCents: 25_000,
        items: [
          { sku: OIL, packages: 2 },
          { sku: OIL, packages: 1, forFriend: true },
          { sku: "LEG-01", packages: 6 },
        ],
      },
      {
        email: "chiara@gas-valle.example",
        paidInCents: 6000,
        items: [
          { sku: OIL, packages: 1 },
          { sku: CHEESE, packages: 1 },
          { sku: POTATOES, packages: 0.5, tolerated: 0.2 },
        ],
      },
      {
        email: "omar@gas-valle.example",
        paidInCents: 10_000,
        items: [
          { sku: OIL, packages: 1 },
          { sku: POTATOES, packages: 0.4 },
        ],
      },
    ],
    tins: 4,
    cheese: { email: "chiara@gas-valle.example", grams: [1150] },
  },
  {
    handle: "gas-costa",
    referente: "davide@gas-costa.example",
    treasurer: "teresa@gas-costa.example",
    closes: "20:30",
    pickupDays: 11,
    place: "placeCoast",
    minimumCents: 25_000,
    acceptShortPercent: 100,
    members: [
      {
        email: "bruno@gas-costa.example",
        paidInCents: 26_000,
        items: [
          { sku: OIL, packages: 3 },
          { sku: CHEESE, packages: 2 },
        ],
        nextItems: [
          { sku: OIL, packages: 2 },
          { sku: POTATOES, packages: 0.6 },
        ],
      },
      {
        email: "ilaria@gas-costa.example",
        paidInCents: 20_000,
        items: [
          { sku: OIL, packages: 2 },
          { sku: "FAR-02", packages: 10 },
        ],
        nextItems: [
          { sku: OIL, packages: 1 },
          { sku: "LEG-01", packages: 8 },
          { sku: POTATOES, packages: 0.4 },
        ],
      },
    ],
    tins: 3,
    cheese: { email: "bruno@gas-costa.example", grams: [1180, 1190] },
  },
];
