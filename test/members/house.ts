// A web server with the routes of the people, on a database in memory, with a clock the test moves.
import type { FastifyInstance } from "fastify";
import type { Test } from "tap";
import { actors } from "../../src/activitypub/tables.ts";
import type { Wire } from "../../src/activitypub/wire.ts";
import { type BackupKeeper, createBackupKeeper } from "../../src/db/backupKeeper.ts";
import type { Db } from "../../src/db/transact.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import * as openings from "../../src/ledger/openingActions.ts";
import {
  type CreateActor,
  type FirstActor,
  issueSetupLink,
  type MembersHouse,
  signInLink,
} from "../../src/members/actions.ts";
import { noteDenial } from "../../src/members/audit/auditActions.ts";
import { noteSignIn } from "../../src/members/credentials/secondFactorActions.ts";
import type { StandingOf } from "../../src/members/households/leaveActions.ts";
import type { OpenOrdersOf } from "../../src/members/privacy/erasureActions.ts";
import { addMemberRoutes, MEMBERS_DESK } from "../../src/members/routes.ts";
import { findUnfinished } from "../../src/members/setup/setupActions.ts";
import { loadPerson } from "../../src/members/store.ts";
import { buildWeb } from "../../src/web/app.ts";
import { addHomeRoutes } from "../../src/web/home.ts";
import { openMailer } from "../../src/web/mail.ts";
import { type FirstAnswers, walkSetup } from "../tools/firstRun.ts";
import { openMigrated } from "../tools/migrated.ts";
import { type Browser, openBrowser } from "../web/browser.ts";

export type TestHouse = MembersHouse & {
  app: FastifyInstance;
  clock: { at: number; now(): number };
  /** The list that a node keeps beside its database. */
  erasures: { personId: string; at: number }[];
  browser(): Browser;
};

export const ORIGIN = "http://localhost:8000";

/** Builds it. With `smtpUrl` it writes real mail. */
export async function buildMembers(
  t: Test,
  options: {
    smtpUrl?: string;
    origin?: string;
    producers?: { id: string; name: string }[];
    standingOf?: StandingOf;
    openOrdersOf?: OpenOrdersOf;
    fetchDocument?: Wire["fetchDocument"];
  } = {},
): Promise<TestHouse> {
  const origin = options.origin ?? ORIGIN;
  const db = openMigrated();
  const clock = { at: Date.UTC(2026, 10, 24, 9), now: () => clock.at };
  const secret = Buffer.alloc(32, 7);
  const mailer = openMailer(options.smtpUrl ?? null, "nodo@gas.example");
  const house: MembersHouse = { db, origin, secret, clock, mailer, language: "it" };
  const findPerson = (id: string) => loadPerson(db.orm, id);
  const erasures: { personId: string; at: number }[] = [];
  const app = await buildWeb({
    db,
    origin,
    secret,
    clock,
    trustProxy: [],
    language: "it",
    findPerson,
    onSignIn: noteSignIn,
    onDenied: (denial) => noteDenial(house, denial),
    deskEntries: MEMBERS_DESK,
    busyAfterMs: 0,
  });
  addHomeRoutes(app, { listActors: () => [], nodeEntries: [], unfinished: (person) => findUnfinished(db, person) });
  addMemberRoutes(app, house, {
    createActor: makeActor(origin, clock),
    producersOf: () => options.producers ?? [],
    standingOf: options.standingOf ?? (() => ({ balanceCents: 0, reservedCents: 0, depositCents: 0 })),
    openOrdersOf: options.openOrdersOf ?? (() => []),
    openings,
    sheetsOf: (actorId) => [{ name: "LEGGIMI.txt", pieces: ["di ", actorId] }],
    keepErasure: (erasure) => erasures.push(erasure),
    fetchDocument:
      options.fetchDocument ?? (async () => ({ failed: "unreachable", detail: "private-address: loopback" })),
    backups: keepNothing(db, clock),
    backupFolder: "/data/backups",
    hasGoods: () => false,
  });
  await app.ready();
  t.teardown(async () => {
    await app.close();
    mailer?.close();
    db.raw.close();
  });
  return { ...house, clock, app, erasures, browser: () => openBrowser(app, origin) };
}

/** A keeper of copies that only knows its hour. */
function keepNothing(db: Db, clock: Clock): BackupKeeper {
  const parts = { db, dataFolder: "/data", clock, time: null, prove: async () => [] };
  return createBackupKeeper({ ...parts, tellMissed: () => {}, note: () => {} });
}

/** A row for an actor: what these tests need of it. */
function makeActor(origin: string, clock: { now(): number }): CreateActor {
  return (tx, { kind, handle, name, place }: FirstActor) => {
    const row = {
      id: `${origin}/${handle}`,
      handle,
      kind,
      name,
      place,
      createdAt: clock.now(),
      updatedAt: clock.now(),
    };
    const { changes } = tx.insert(actors).values(row).onConflictDoNothing().run();
    return changes > 0 ? { id: row.id, handle } : { refused: "handle-taken", handle };
  };
}

export const FANO: FirstAnswers = {
  kind: "gas",
  name: "GAS Fano",
  handle: "gas-fano",
  place: "Fano",
  personName: "Gino Bravi",
  email: "gino@posta.example",
};

/** Path of a link of ours. */
export function pathOf(url: string): string {
  return new URL(url).pathname;
}

/** Sets the node up as GAS Fano and gives the administrator's browser. */
export async function setUpFano(house: TestHouse): Promise<Browser> {
  const made = issueSetupLink(house);
  if ("refused" in made) throw new Error("the node was set up before");
  const browser = house.browser();
  await walkSetup(browser, pathOf(made.url), FANO);
  return browser;
}

/** The browser of somebody who signs in by a link to that address. */
export async function signInAs(house: TestHouse, email: string): Promise<Browser> {
  const made = await signInLink(house, email);
  if ("refused" in made) throw new Error(made.refused);
  const browser = house.browser();
  await browser.submit(await browser.get(pathOf(made.url)), pathOf(made.url));
  return browser;
}
