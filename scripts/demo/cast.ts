// Who plays in the demo: six homes, seven actors with a part, seventeen beside them, their people. All invented.
import type { FirstActor } from "../../src/members/actions.ts";
import type { Role } from "../../src/web/visitor.ts";
import { ARTISANS, COAST_GROUPS, DISTRICTS, NEIGHBOURS, PROVINCES, type QuietActor, VALLEY_GROUPS } from "./region.ts";

export const HOME_KEYS = ["farm", "makers", "valley", "coast", "district", "region"] as const;
export type HomeKey = (typeof HOME_KEYS)[number];

/** Somebody who signs in at one home. The first of a home looks after its node. */
export type Player = {
  readonly name: string;
  readonly email: string;
  readonly handle: string;
  readonly roles: readonly Role[];
  /** A referente of these producers alone, by their handles. */
  readonly producers?: readonly string[];
};

/** A node: its folder's name, its actors and its people. The first person is the first actor's. */
export type HomeCast = {
  readonly folder: string;
  readonly actors: readonly FirstActor[];
  /** Actors who have no part of their own. */
  readonly quiet: readonly QuietActor[];
  readonly people: readonly Player[];
};

const FARM: FirstActor = {
  kind: "producer",
  handle: "fattoria",
  name: "Fattoria della Collina",
  place: "Tolentino (MC)",
};
const BAKERY: FirstActor = {
  kind: "producer",
  handle: "forno",
  name: "Forno del Borgo",
  place: "Serra San Quirico (AN)",
};
const BEES: FirstActor = { kind: "producer", handle: "apiario", name: "Apiario del Monte", place: "Visso (MC)" };
const VALLEY: FirstActor = { kind: "gas", handle: "gas-valle", name: "GAS della Valle", place: "Macerata" };
const COAST: FirstActor = { kind: "gas", handle: "gas-costa", name: "GAS della Costa", place: "Fano (PU)" };
const REGION: FirstActor = {
  ...{ kind: "district", level: "region", handle: "marche", name: "Rete delle Marche", place: "Marche" },
};
const DISTRICT: FirstActor = { kind: "district", handle: "des", name: "Distretto delle Due Valli", place: "Marche" };

export const CAST: Readonly<Record<HomeKey, HomeCast>> = {
  farm: {
    folder: "fattoria",
    actors: [FARM],
    quiet: NEIGHBOURS,
    people: [{ name: "Elena", email: "elena@fattoria.example", handle: FARM.handle, roles: ["producer"] }],
  },
  makers: {
    folder: "botteghe",
    actors: [BAKERY, BEES],
    quiet: ARTISANS,
    people: [
      { name: "Sandro", email: "sandro@forno.example", handle: BAKERY.handle, roles: ["producer"] },
      { name: "Irene", email: "irene@apiario.example", handle: BEES.handle, roles: ["admin", "producer"] },
    ],
  },
  valley: {
    folder: "gas-valle",
    actors: [VALLEY],
    quiet: VALLEY_GROUPS,
    people: [
      { name: "Paolo", email: "paolo@gas-valle.example", handle: VALLEY.handle, roles: ["admin"] },
      { name: "Marta", email: "marta@gas-valle.example", handle: VALLEY.handle, roles: ["referente"] },
      { name: "Nadia", email: "nadia@gas-valle.example", handle: VALLEY.handle, roles: ["treasurer"] },
      { name: "Luca", email: "luca@gas-valle.example", handle: VALLEY.handle, roles: ["member"] },
      { name: "Chiara", email: "chiara@gas-valle.example", handle: VALLEY.handle, roles: ["member"] },
      { name: "Omar", email: "omar@gas-valle.example", handle: VALLEY.handle, roles: ["member"] },
      {
        ...{ name: "Rosa", email: "rosa@gas-valle.example", handle: VALLEY.handle },
        ...{ roles: ["referente"], producers: [BAKERY.handle] },
      },
      { name: "Beppe", email: "beppe@gas-valle.example", handle: VALLEY.handle, roles: ["cashier"] },
      { name: "Ivana", email: "ivana@gas-valle.example", handle: VALLEY.handle, roles: ["delivery"] },
    ],
  },
  coast: {
    folder: "gas-costa",
    actors: [COAST],
    quiet: COAST_GROUPS,
    people: [
      { name: "Giulia", email: "giulia@gas-costa.example", handle: COAST.handle, roles: ["admin"] },
      { name: "Davide", email: "davide@gas-costa.example", handle: COAST.handle, roles: ["referente"] },
      { name: "Teresa", email: "teresa@gas-costa.example", handle: COAST.handle, roles: ["treasurer"] },
      { name: "Bruno", email: "bruno@gas-costa.example", handle: COAST.handle, roles: ["member"] },
      { name: "Ilaria", email: "ilaria@gas-costa.example", handle: COAST.handle, roles: ["member"] },
    ],
  },
  district: {
    folder: "distretto",
    actors: [DISTRICT],
    quiet: DISTRICTS,
    people: [
      { name: "Anna", email: "anna@des.example", handle: DISTRICT.handle, roles: ["admin"] },
      { name: "Fabio", email: "fabio@des.example", handle: DISTRICT.handle, roles: ["district"] },
    ],
  },
  region: {
    folder: "regione",
    actors: [REGION],
    quiet: PROVINCES,
    people: [{ name: "Livia", email: "livia@marche.example", handle: REGION.handle, roles: ["admin", "district"] }],
  },
};

/** All actors of a home. */
export function actorsAt(key: HomeKey): readonly FirstActor[] {
  return [...CAST[key].actors, ...CAST[key].quiet];
}

/** Luca's aunt has no seat: his household books for her. */
export const FRIEND = { email: "luca@gas-valle.example", name: "Zia Pina" } as const;

/** A group that is not there yet when the story begins: who founds it, with the help of which network. */
export const NEW_GROUP = {
  network: DISTRICT.handle,
  founder: { name: "Carla", email: "carla@posta.example" },
  actor: { kind: "gas", handle: "gas-potenza", name: "GAS del Potenza", place: "San Severino Marche" },
} as const satisfies { network: string; founder: { name: string; email: string }; actor: FirstActor };
