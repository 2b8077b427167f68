// A network of three hosts that leads nowhere else: namespaces, names and a certificate authority of one run.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./command.ts";

/** Host names that exist nowhere (RFC 2606), each with its address in this network. */
export const HOSTS = { farm: "cascina.example", snac: "snac.example", bot: "bot.example" } as const;
export type HostName = keyof typeof HOSTS;

// Global unicast by every rule, ours included, and yet nobody's: 2d00::/8 is not assigned to anyone.
const ADDRESSES: Readonly<Record<HostName, string>> = {
  farm: "2d00:f111:1e7a::1",
  snac: "2d00:f111:1e7a::2",
  bot: "2d00:f111:1e7a::3",
};

/** Files of the authority in that folder: its certificate, and one key and certificate for all three hosts. */
export function authorityFiles(folder: string) {
  const at = (name: string) => join(folder, "tls", name);
  return { authority: at("authority.pem"), key: at("key.pem"), certificate: at("certificate.pem") };
}

/** Makes an authority for two days, and a certificate of it. Rejects with Unavailable. */
export async function makeAuthority(folder: string): Promise<void> {
  mkdirSync(join(folder, "tls"), { recursive: true });
  const { authority, key, certificate } = authorityFiles(folder);
  const at = (name: string) => join(folder, "tls", name);
  const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const days = ["-days", "2"];
  await run("openssl", [
    "req",
    "-x509",
    ...fresh,
    ...days,
    "-subj",
    "/CN=Interop",
    "-keyout",
    at("root.pem"),
    "-out",
    authority,
  ]);
  await run("openssl", ["req", ...fresh, "-subj", `/CN=${HOSTS.farm}`, "-keyout", key, "-out", at("request.pem")]);
  const names = Object.values(HOSTS).map((host) => `DNS:${host}`);
  writeFileSync(at("names"), `subjectAltName=${names.join(",")}\n`);
  const signer = ["-CA", authority, "-CAkey", at("root.pem"), "-CAcreateserial", "-extfile", at("names")];
  await run("openssl", ["x509", "-req", ...days, ...signer, "-in", at("request.pem"), "-out", certificate]);
}

/** The command that runs the rest of its line in new namespaces: own network, own mounts, own processes, which end with it. */
export const APART = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"] as const;

/** Makes everything {@link layNetwork} needs once, in namespaces that end with the attempt. Rejects with Unavailable. */
export async function tryNamespaces(): Promise<void> {
  const words = [
    "mount -t tmpfs tmpfs /mnt",
    "ip link add lan type bridge",
    "ip link add one type veth peer name two",
    `ip address add ${ADDRESSES.farm}/64 dev lan nodad`,
  ];
  await run("unshare", [...APART, "sh", "-ec", words.join("\n")]);
}

/**
 * Lays the network, inside those namespaces: this process is on the farm's host, each peer gets its own. Names and the
 * authority are mounted over the system's files, for these processes only. Rejects with Unavailable.
 */
export async function layNetwork(folder: string): Promise<void> {
  const hosts = Object.entries(HOSTS).map(([host, name]) => `${ADDRESSES[host as HostName]} ${name}\n`);
  writeFileSync(join(folder, "hosts"), ["127.0.0.1 localhost\n", ...hosts].join(""));
  writeFileSync(join(folder, "resolv.conf"), "nameserver 127.0.0.1\n");
  await run("mount", ["--bind", join(folder, "hosts"), "/etc/hosts"]);
  await run("mount", ["--bind", join(folder, "resolv.conf"), "/etc/resolv.conf"]);
  // libcurl reads this file and no variable.
  await run("mount", ["--bind", authorityFiles(folder).authority, "/etc/ssl/certs/ca-certificates.crt"]);
  mkdirSync("/run/netns", { recursive: true });
  await run("mount", ["-t", "tmpfs", "tmpfs", "/run/netns"]);
  const ip = (line: string) => run("ip", line.split(" "));
  await ip("link set lo up");
  await ip("link add lan type bridge");
  await ip(`address add ${ADDRESSES.farm}/64 dev lan nodad`);
  await ip("link set lan up");
  for (const host of ["snac", "bot"] as const) {
    await ip(`netns add ${host}`);
    await ip(`link add to-${host} type veth peer name out netns ${host}`);
    await ip(`link set to-${host} master lan up`);
    await ip(`-n ${host} link set lo up`);
    await ip(`-n ${host} address add ${ADDRESSES[host]}/64 dev out nodad`);
    await ip(`-n ${host} link set out up`);
  }
}

/** The environment of a peer: nothing of ours but the path, and the authority for programs of Node. */
export function peerEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: folder,
    LANG: "C.UTF-8",
    NODE_EXTRA_CA_CERTS: authorityFiles(folder).authority,
  };
}

/** The words that put a program on a peer's host. */
export function onHost(host: HostName, program: string, args: readonly string[]): [string, string[]] {
  return host === "farm" ? [program, [...args]] : ["ip", ["netns", "exec", host, program, ...args]];
}

const started: ChildProcess[] = [];

/** Starts a program on a peer's host. It ends with the namespaces at the latest. */
export function start(host: HostName, program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const [first, rest] = onHost(host, program, args);
  const child = spawn(first, rest, options);
  started.push(child);
  return child;
}

/** Ends everything that was started. */
export function stopAll(): void {
  for (const child of started) child.kill("SIGKILL");
}

/** Starts the TLS terminator of a host: https at its address, plain HTTP to the port on its loopback. */
export function startFront(folder: string, host: HostName, port: number): ChildProcess {
  const { key, certificate } = authorityFiles(folder);
  const front = new URL("./tlsFront.ts", import.meta.url).pathname;
  const args = [front, key, certificate, ADDRESSES[host], String(port)];
  return start(host, process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
}
