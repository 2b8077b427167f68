// The only reader of the environment: flags, variables and an optional file become one frozen, checked Config.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const SECRET_BYTES = 32;

/** Everything a node needs to know about where it runs. Paths are absolute, ports integers, the secret 32 bytes or more. */
export type Config = {
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  readonly dataFolder: string;
  readonly secret: Buffer;
  readonly allowPrivate: boolean;
  readonly smtpUrl: string | null;
  readonly mailFrom: string | null;
  /** Where holes are told: an address of mail or of the web. */
  readonly securityContact: string | null;
  /** Addresses of the proxy in front, or empty: then forwarded headers are ignored. */
  readonly trustProxy: readonly string[];
  readonly language: "it" | "en";
  /** When the node saves itself, "HH:MM" in Rome; null: it does not. The page of the node's health may choose another. */
  readonly backupTime: string | null;
  /** Where a network's index is kept: postgres://user:password@host/database; null: in a file of the data folder. */
  readonly indexUrl: string | null;
  /** This process only shows networks out of that index, which a node fills elsewhere: it has no data (ADR 0031). */
  readonly isIndexReader: boolean;
};

/** One setting: the key in the file and the flag are the same word, the variable is FILIERA_ and that word in capitals. */
type Setting = { readonly key: string; readonly fallback: string; readonly says: string };

export const SETTINGS: readonly Setting[] = [
  { key: "origin", fallback: "http://localhost:8000", says: "public address of the node, for ever" },
  { key: "host", fallback: "127.0.0.1", says: "address to listen on" },
  { key: "port", fallback: "8000", says: "port to listen on" },
  { key: "data", fallback: "./data", says: "folder of the database, secrets, media and backups" },
  { key: "secret", fallback: "", says: "32 bytes or more, base64url; made and kept in the data folder when absent" },
  {
    key: "allow-private",
    fallback: "false",
    says: "talk to loopback addresses; only for a district on one machine and tests",
  },
  {
    key: "smtp-url",
    fallback: "",
    says: "smtps://user:password@host; without it sign-in links are shown by the command line",
  },
  { key: "mail-from", fallback: "", says: "sender of the node's mail" },
  { key: "security-contact", fallback: "", says: "address or https page for who finds a hole; else mail-from" },
  { key: "trust-proxy", fallback: "", says: "addresses of the proxy in front, separated by commas" },
  { key: "language", fallback: "it", says: "it or en, for who has not chosen" },
  {
    key: "backup-time",
    fallback: "03:30",
    says: "when the node saves itself each night, by Rome's clocks, or off; its health page may choose another time",
  },
  {
    key: "index",
    fallback: "",
    says: "postgres://user:password@host/database for the index of a large network; else a file in the data folder",
  },
  {
    key: "index-reader",
    fallback: "false",
    says: "only show networks out of that index, beside the node that fills it: no data, any number of such processes",
  },
];

/** Switches: a bare one means yes, as people expect; parseArgs would take the next flag as its value. */
const SWITCHES = ["--allow-private", "--index-reader"];

/** A setting is wrong: the message is one sentence for whoever starts the node. */
export class ConfigError extends Error {}

/**
 * Reads flags over variables over the file named by `--config` or FILIERA_CONFIG. Flags that are no setting are left in
 * `rest` for the verb. Throws ConfigError on an unknown key in the file or a wrong value.
 */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): { config: Config; rest: string[] } {
  const { values, rest } = splitFlags(argv);
  const file = readConfigFile(values.get("config") ?? env.FILIERA_CONFIG);
  const pick = (key: string): string => {
    const name = `FILIERA_${key.toUpperCase().replaceAll("-", "_")}`;
    const fromFile = env[`${name}_FILE`];
    const value = values.get(key) ?? env[name] ?? (fromFile ? readNamedFile(name, fromFile) : file.get(key));
    return value ?? SETTINGS.find((setting) => setting.key === key)!.fallback;
  };
  const origin = checkOrigin(pick("origin"));
  const loopback = isLoopbackOrigin(origin);
  const allowPrivate = checkBoolean("FILIERA_ALLOW_PRIVATE", pick("allow-private"));
  if (!loopback && origin.startsWith("http:"))
    throw new ConfigError(`FILIERA_ORIGIN is ${origin}: a node that others can reach needs https.`);
  if (!loopback && allowPrivate)
    throw new ConfigError("FILIERA_ALLOW_PRIVATE is only for a node whose FILIERA_ORIGIN is on this same machine.");
  const dataFolder = resolve(pick("data"));
  const indexUrl = checkIndexUrl(pick("index"));
  const isIndexReader = checkBoolean("FILIERA_INDEX_READER", pick("index-reader"));
  if (isIndexReader && indexUrl === null)
    throw new ConfigError("FILIERA_INDEX_READER shows what is in a PostgreSQL: say in FILIERA_INDEX in which.");
  const config: Config = {
    origin,
    host: pick("host"),
    port: checkPort(pick("port")),
    dataFolder,
    // Nothing is signed or sealed there, and no folder is made for it.
    secret: isIndexReader ? randomBytes(SECRET_BYTES) : checkSecret(pick("secret"), dataFolder),
    allowPrivate,
    smtpUrl: checkSmtpUrl(pick("smtp-url")),
    mailFrom: pick("mail-from") || null,
    securityContact: checkContact(pick("security-contact")) ?? plainSender(pick("mail-from")),
    trustProxy: pick("trust-proxy")
      .split(",")
      .map((address) => address.trim())
      .filter(Boolean),
    language: checkLanguage(pick("language")),
    backupTime: checkTime(pick("backup-time")),
    indexUrl,
    isIndexReader,
  };
  return { config: Object.freeze(config), rest };
}

const MAILBOX = /^[^\s@<>"]+@[^\s@<>"]+$/;

function checkContact(contact: string): string | null {
  if (contact === "") return null;
  if (MAILBOX.test(contact) || (/^https:\/\/[^\s]+$/.test(contact) && URL.canParse(contact))) return contact;
  throw new ConfigError(
    `FILIERA_SECURITY_CONTACT is ${contact}: give an e-mail address or a page that begins with https.`,
  );
}

/** The address in "Name <address>". */
function plainSender(sender: string): string | null {
  const address = /<([^>]+)>\s*$/.exec(sender)?.[1] ?? sender.trim();
  return MAILBOX.test(address) ? address : null;
}

/** True for an origin that only this machine can reach. */
function isLoopbackOrigin(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function splitFlags(argv: readonly string[]): { values: Map<string, string>; rest: string[] } {
  const known = new Set([...SETTINGS.map((setting) => setting.key), "config"]);
  const isBare = (i: number) => SWITCHES.includes(argv[i] ?? "") && !/^(true|false)$/.test(argv[i + 1] ?? "");
  const { tokens } = parseArgs({
    args: argv.map((argument, i) => (isBare(i) ? `${argument}=true` : argument)),
    options: Object.fromEntries([...known].map((key) => [key, { type: "string" as const }])),
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string>();
  const taken = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== "option" || !known.has(token.name)) continue;
    if (token.value === undefined) throw new ConfigError(`--${token.name} needs a value.`);
    values.set(token.name, String(token.value));
    taken.add(token.index);
    if (!token.inlineValue) taken.add(token.index + 1);
  }
  return { values, rest: argv.filter((_, i) => !taken.has(i)) };
}

function readConfigFile(path: string | undefined): Map<string, string> {
  if (!path) return new Map();
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ConfigError(`The settings file ${path} cannot be read as JSON: ${(error as Error).message}`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new ConfigError(
      `The settings file ${path} must be one JSON object, such as {"origin": "https://nodo.example"}.`,
    );
  const known = new Set(SETTINGS.map((setting) => setting.key));
  for (const [key, value] of Object.entries(content)) {
    if (!known.has(key)) throw new ConfigError(`The settings file ${path} has an unknown key "${key}".`);
    if (!["string", "number", "boolean"].includes(typeof value))
      throw new ConfigError(`The settings file ${path}: "${key}" must be a text, a number, true or false.`);
  }
  const settings = new Map(Object.entries(content).map(([key, value]) => [key, String(value)]));
  if (settings.has("secret") || settings.has("smtp-url") || settings.has("index")) checkPrivate(path);
  return settings;
}

/** What holds a secret or a password is its owner's alone (SAFETY A14). */
function checkPrivate(path: string): void {
  const { mode, uid } = statSync(path);
  const own = process.getuid?.() ?? uid;
  if (mode & 0o077)
    throw new ConfigError(`The settings file ${path} holds a secret and others may read it: run chmod 600 on it.`);
  // A service may well read what root wrote for it.
  if (uid !== own && uid !== 0)
    throw new ConfigError(
      `The settings file ${path} holds a secret and belongs to user ${uid}: it must be yours or root's.`,
    );
}

function readNamedFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new ConfigError(`${name}_FILE names ${path}, which cannot be read: ${(error as Error).message}`);
  }
}

function checkOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.hash || url.username)
    throw new ConfigError(
      `FILIERA_ORIGIN is "${text}": it must be like https://nodo.example, with nothing after the name.`,
    );
  return url.origin;
}

function checkPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535)
    throw new ConfigError(`FILIERA_PORT is "${text}": it must be a number from 0 to 65535.`);
  return port;
}

function checkBoolean(name: string, text: string): boolean {
  if (["true", "1", "yes"].includes(text)) return true;
  if (["false", "0", "no", ""].includes(text)) return false;
  throw new ConfigError(`${name} is "${text}": it must be true or false.`);
}

function checkLanguage(text: string): "it" | "en" {
  if (text === "it" || text === "en") return text;
  throw new ConfigError(`FILIERA_LANGUAGE is "${text}": it must be it or en.`);
}

function checkTime(text: string): string | null {
  if (text === "off") return null;
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) return text;
  throw new ConfigError(`FILIERA_BACKUP_TIME is "${text}": it must be like 03:30, or off.`);
}

function checkSmtpUrl(text: string): string | null {
  if (text === "") return null;
  if (URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol)) return text;
  throw new ConfigError("FILIERA_SMTP_URL must be like smtps://user:password@mail.example.");
}

function checkIndexUrl(text: string): string | null {
  if (text === "") return null;
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return text;
  throw new ConfigError("FILIERA_INDEX must be like postgres://user:password@db.example/filiera.");
}

/** The given secret, or the one kept in the data folder, made on the first start readable by its owner alone. */
function checkSecret(text: string, dataFolder: string): Buffer {
  if (text !== "") {
    const secret = Buffer.from(text, "base64url");
    if (secret.length < SECRET_BYTES)
      throw new ConfigError("FILIERA_SECRET is too short: it must be at least 32 bytes in base64url.");
    return secret;
  }
  const file = resolve(dataFolder, "secrets", "secret");
  try {
    mkdirSync(resolve(dataFolder, "secrets"), { recursive: true, mode: 0o700 });
    if (!existsSync(file))
      writeFileSync(file, `${randomBytes(SECRET_BYTES).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
    if (statSync(file).mode & 0o077) throw new Error(`${file} can be read by others: run chmod 600 on it`);
    const secret = Buffer.from(readFileSync(file, "utf8").trim(), "base64url");
    if (secret.length >= SECRET_BYTES) return secret;
  } catch (error) {
    throw new ConfigError(`The data folder ${dataFolder} cannot be used: ${(error as Error).message}`);
  }
  throw new ConfigError(`${file} holds no valid secret: put back the one from your backup.`);
}
