// The administrator's verbs, on the same functions as the pages. Each says what it did in one or two lines.
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { NETWORK_LEVELS } from "./activitypub/actor.ts";
import { createKeyring, rotateKey } from "./activitypub/actors.ts";
import { createPost } from "./activitypub/outbox.ts";
import { listOutbox, retryAll, retryLetter } from "./activitypub/outboxListStore.ts";
import { listActors } from "./activitypub/store.ts";
import { exportCatalog, importCatalogFile } from "./catalogs/imports/actions.ts";
import { isDoubtful } from "./catalogs/listing.ts";
import { addAccountVerbs } from "./cli/accountVerbs.ts";
import { addAuditVerb, noteByHand } from "./cli/auditVerb.ts";
import { addCareVerbs } from "./cli/careVerbs.ts";
import { addContractVerbs } from "./cli/contractVerbs.ts";
import { addDataVerbs } from "./cli/dataVerbs.ts";
import { type Desk, demand, findActor, forScreen, VerbError } from "./cli/desk.ts";
import { addDoctorVerb } from "./cli/doctorVerb.ts";
import { addFederationVerbs } from "./cli/federationVerbs.ts";
import { addLeaveVerbs } from "./cli/leaveVerbs.ts";
import { addNetworkVerbs } from "./cli/networkVerbs.ts";
import { addOrderVerbs } from "./cli/orderVerbs.ts";
import { addPersonVerbs } from "./cli/personVerbs.ts";
import { addSaleVerbs } from "./cli/saleVerbs.ts";
import { ConfigError, readConfig, SETTINGS } from "./config.ts";
import { checkDataFolder, DataError } from "./db/dataFolder.ts";
import { NewerSchemaError } from "./db/migrate.ts";
import { closeWhole } from "./db/tail.ts";
import { type Db, transact } from "./db/transact.ts";
import { isRefusal } from "./kernel/refusal.ts";
import { checkLedger } from "./ledger/checkStore.ts";
import { writeLedgerCsv } from "./ledger/csv.ts";
import type { AccountKey } from "./ledger/movement.ts";
import { eachMovement } from "./ledger/statementStore.ts";
import { invite, signInLink } from "./members/actions.ts";
import { makeActor, membersHouse, openNodeWire } from "./node.ts";
import { databaseFile, openNodeData } from "./nodeData.ts";
import { moneyDesk } from "./nodeDesks.ts";
import { followActor } from "./partners/follows/followActions.ts";
import { rotateProofKey } from "./partners/keys/keyActions.ts";
import { releaseOrderLane } from "./partners/threads/threadActions.ts";
import { ROLES, type Role } from "./web/visitor.ts";
import { words } from "./web/words.ts";

const clock = { now: Date.now };

/** Runs one command line. Returns the exit status. */
async function run(argv: readonly string[]): Promise<number> {
  process.umask(0o077);
  let opened: Db | null = null;
  let closeOpened = (): void => {};
  try {
    const { config, rest } = readConfig(argv, process.env);
    const say = words(config.language);
    const desk: Desk = {
      config,
      say,
      tell: (text) => console.log(forScreen(text)),
      db: () => {
        if (config.isIndexReader)
          throw new ConfigError("A process that only shows an index has no data: run this where its node runs.");
        if (opened === null) {
          checkDataFolder(config.dataFolder);
          const db = openNodeData(config, clock);
          closeOpened = () => closeWhole(db, databaseFile(config));
          opened = db;
        }
        return opened;
      },
    };
    const program = new Command("filiera").description(say("cli.about")).exitOverride().showHelpAfterError();
    program
      .helpCommand(true)
      .addHelpText("after", () => `\n${SETTINGS.map(({ key, says }) => `  --${key.padEnd(14)} ${says}`).join("\n")}`);
    for (const add of [
      addActorVerbs,
      addPeopleVerbs,
      addFederationVerbs,
      addPeerVerbs,
      addCatalogVerbs,
      addLedgerVerbs,
      addDataVerbs,
      addDoctorVerb,
      addContractVerbs,
      addSaleVerbs,
      addNetworkVerbs,
      addOrderVerbs,
      addConfigVerbs,
      addAuditVerb,
      addPersonVerbs,
      addLeaveVerbs,
      addAccountVerbs,
      addCareVerbs,
    ])
      add(program, desk);
    await program.parseAsync(rest, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    const isSaid = [VerbError, ConfigError, NewerSchemaError, DataError].some((kind) => error instanceof kind);
    if (!(isSaid && error instanceof Error)) throw error;
    console.error(forScreen(error.message));
    return 1;
  } finally {
    closeOpened();
  }
}

function addActorVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  const actor = program.command("actor").description(say("cli.actor.about"));
  actor
    .command("add")
    .description(say("cli.actor.add"))
    .requiredOption("--kind <kind>", "gas, producer, district")
    .requiredOption("--handle <handle>", say("cli.actor.handle"))
    .requiredOption("--name <name>", say("cli.actor.name"))
    .option("--place <place>", say("cli.actor.place"), "")
    .addOption(new Option("--level <level>", say("cli.actor.level")).choices(NETWORK_LEVELS))
    .action(({ kind, handle, name, place, level }) => {
      if (!["gas", "producer", "district"].includes(kind)) throw new VerbError(say("cli.actor.badKind", { kind }));
      const made = demand(
        desk,
        transact(desk.db(), (tx) => makeActor(tx, { kind, level, handle, name, place }, desk.config, clock)),
      );
      noteByHand(desk, "actor-made", made.id, handle);
      tell(say("cli.actor.made", { name: made.name, id: made.id }));
    });
  actor
    .command("list")
    .description(say("cli.actor.list"))
    .action(() => {
      const { host } = new URL(desk.config.origin);
      for (const { kind, level, handle, name } of listActors(desk.db().orm))
        tell(`${(level ?? kind).padEnd(9)} @${handle}@${host}  ${name}`);
    });
  program
    .command("keys")
    .description(say("cli.keys.about"))
    .command("rotate")
    .description(say("cli.keys.rotate"))
    .argument("<handle>")
    .option("--algorithm <algorithm>", "rsa, ed25519", "rsa")
    .action((handle, { algorithm }) => {
      if (algorithm !== "rsa" && algorithm !== "ed25519")
        throw new VerbError(say("cli.keys.badAlgorithm", { algorithm }));
      const found = findActor(desk, handle);
      const { secret } = desk.config;
      const db = desk.db();
      // The running node carries the notices to partners; without one they wait for its next start.
      const post = createPost(db, createKeyring(secret), () => {});
      const key =
        algorithm === "ed25519"
          ? demand(desk, rotateProofKey({ db, clock, post }, found.id, secret))
          : transact(db, (tx) => rotateKey(tx, found.id, algorithm, secret, clock.now()));
      noteByHand(desk, "key-rotated", found.id, algorithm);
      tell(say("cli.keys.rotated", { id: key.id }));
    });
}

function addPeopleVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  program
    .command("invite")
    .description(say("cli.invite.about"))
    .argument("<handle>")
    .option("--role <role>", ROLES.join(", "), "admin")
    .option("--email <email>", say("cli.invite.email"))
    .action((handle, { role, email }) => {
      if (!ROLES.includes(role)) throw new VerbError(say("cli.invite.badRole", { role }));
      const house = membersHouse(desk.config, desk.db(), clock);
      const { url, expiresAt } = invite(house, {
        actorId: findActor(desk, handle).id,
        role: role as Role,
        email: email ?? null,
      });
      tell(say("cli.invite.made", { url, until: new Date(expiresAt).toISOString().slice(0, 10) }));
    });
  program
    .command("sign-in-link")
    .description(say("cli.signInLink.about"))
    .argument("<email>")
    .action(async (email) => {
      const link = await signInLink(membersHouse(desk.config, desk.db(), clock), email);
      if (isRefusal(link)) throw new VerbError(say("cli.signInLink.unknown", { email }));
      tell(say("cli.signInLink.made", { url: link.url }));
    });
}

function addPeerVerbs(program: Command, desk: Desk): void {
  const { say, tell, config } = desk;
  program
    .command("follow")
    .description(say("cli.follow.about"))
    .argument("<handle>", say("cli.follow.handle"))
    .argument("<who>", say("cli.follow.who"))
    .action(async (handle, who) => {
      const { id } = findActor(desk, handle);
      const { open, wire, close } = openNodeWire(config, desk.db(), clock);
      try {
        const peer = await wire.discover(who);
        if ("failed" in peer) throw new VerbError(say("cli.follow.nobody", { who, detail: peer.detail }));
        demand(desk, followActor(wire, id, peer));
        // What cannot be delivered now is carried by the running node.
        await open.relay.drain();
        tell(say("cli.follow.asked", { name: peer.name, id: peer.id }));
      } finally {
        await close();
      }
    });
  const outbox = program.command("outbox").description(say("cli.outbox.about"));
  outbox
    .command("list")
    .description(say("cli.outbox.list"))
    .action(() => {
      const { orm } = desk.db();
      for (const { id: actorId, handle } of listActors(orm))
        for (const part of ["verify", "failing", "waiting"] as const)
          for (const letter of listOutbox(orm, actorId, part, clock.now(), 500))
            tell(`${letter.id}  ${part.padEnd(8)} @${handle} ${letter.type} ${letter.host}  ${letter.lastError ?? ""}`);
    });
  outbox
    .command("retry")
    .description(say("cli.outbox.retry"))
    .argument("[id]", say("cli.outbox.id"))
    .action((id) => {
      const count = transact(desk.db(), (tx) =>
        listActors(tx).reduce((sum, { id: actorId }) => {
          if (id === undefined) return sum + retryAll(tx, actorId, clock.now());
          return sum + (retryLetter(tx, actorId, Number(id), clock.now()) ? 1 : 0);
        }, 0),
      );
      if (id !== undefined && count === 0) throw new VerbError(say("cli.outbox.none", { id }));
      tell(say("cli.outbox.due", { count }));
    });
  outbox
    .command("release")
    .description(say("cli.contract.release"))
    .argument("<handle>")
    .action((handle) => {
      const { id } = findActor(desk, handle);
      const peers = transact(desk.db(), (tx) => releaseOrderLane(tx, id, "cli", clock.now()));
      tell(say("cli.contract.released", { count: peers.length, peers: peers.join(", ") || "0" }));
    });
}

function addCatalogVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  const catalog = program.command("catalog").description(say("cli.catalog.about"));
  catalog
    .command("import")
    .description(say("cli.catalog.import"))
    .argument("<handle>")
    .argument("<file>")
    .option("--confirm", say("cli.catalog.confirm"))
    .action(async (handle: string, file: string, { confirm = false }: { confirm?: boolean }) => {
      const actor = findActor(desk, handle);
      if (actor.kind !== "producer" || !existsSync(file))
        throw new VerbError(say("cli.catalog.missing", { handle, file }));
      const db = desk.db();
      const post = createPost(db, createKeyring(desk.config.secret), () => {});
      const bytes = readFileSync(file);
      const { listing, counts } = demand(
        desk,
        await importCatalogFile({ db, clock, post }, actor, bytes, basename(file), { confirm }),
      );
      for (const { row, column, value } of listing.unreadable) tell(say("cli.catalog.badRow", { row, column, value }));
      for (const { row, name, field } of listing.impossible)
        tell(say("cli.catalog.badRow", { row, column: field, value: name }));
      const lines = [...listing.added, ...listing.changed];
      for (const line of lines.filter(isDoubtful))
        tell(say("cli.catalog.doubtful", { row: line.row, name: line.after.name }));
      const found = { added: listing.added.length, changed: listing.changed.length, same: listing.same.length };
      tell(say("cli.catalog.found", { ...found, gone: listing.gone.length }));
      tell(counts ? say("cli.catalog.done", counts) : say("cli.catalog.notYet"));
    });
  catalog
    .command("export")
    .description(say("cli.catalog.export"))
    .argument("<handle>")
    .option("--format <format>", "csv, gdxp", "csv")
    .action((handle: string, { format }: { format: string }) => {
      if (format !== "csv" && format !== "gdxp") throw new VerbError(say("cli.catalog.badFormat", { format }));
      const { language } = desk.config;
      const actor = findActor(desk, handle);
      process.stdout.write(exportCatalog(desk.db().orm, actor, format, { now: clock.now(), language }));
    });
}

function addLedgerVerbs(program: Command, desk: Desk): void {
  const { say, tell } = desk;
  const ledger = program.command("ledger").description(say("cli.ledger.about"));
  ledger
    .command("check")
    .description(say("cli.ledger.check"))
    .action(() => {
      const broken = checkLedger(desk.db().orm);
      for (const line of broken) tell(line);
      if (broken.length > 0) throw new VerbError(say("cli.ledger.bad", { count: broken.length }));
      tell(say("cli.ledger.good"));
    });
  ledger
    .command("export")
    .description(say("cli.ledger.export"))
    .argument("<handle>")
    .option("--year <year>", say("cli.ledger.year"))
    .action((handle: string, { year }: { year?: string }) => {
      if (year !== undefined && !/^\d{4}$/.test(year)) throw new VerbError(say("cli.ledger.badYear", { year }));
      const days = year === undefined ? null : { first: `${year}-01-01`, last: `${year}-12-31` };
      const { people } = moneyDesk(desk.db(), clock);
      const actorId = findActor(desk, handle).id;
      const { orm } = desk.db();
      const nameOf = ({ kind, ref = "" }: AccountKey) =>
        (kind === "producer" ? people.producerName(orm, actorId, ref) : people.household(orm, actorId, ref)?.name) ??
        ref;
      noteByHand(desk, "sheet", actorId, "ledger");
      for (const piece of writeLedgerCsv(eachMovement(orm, actorId, days), { say, nameOf }))
        process.stdout.write(piece);
    });
}

function addConfigVerbs(program: Command, desk: Desk): void {
  const { say, tell, config } = desk;
  program
    .command("config")
    .description(say("cli.config.about"))
    .command("check")
    .description(say("cli.config.check"))
    .action(() => {
      const { secret: _, smtpUrl, indexUrl, ...shown } = config;
      for (const [key, value] of Object.entries(shown)) tell(`${key.padEnd(13)} ${value}`);
      tell(`${"secret".padEnd(13)} ••••`);
      const hostOf = (url: string | null) => (url === null ? "null" : new URL(url).host);
      tell(`${"smtpUrl".padEnd(13)} ${hostOf(smtpUrl)}`);
      tell(`${"indexUrl".padEnd(13)} ${hostOf(indexUrl)}`);
    });
}

process.exitCode = await run(process.argv.slice(2));
