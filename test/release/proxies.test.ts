// The proxies we ship samples for, started with them: what they speak, what they pass on, where they send who comes without TLS.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, get, type IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import t, { type Test } from "tap";
import { ROOT } from "../tidy/source.ts";
import { freePort } from "../tools/nodes.ts";

const READY_MS = 30_000;
const HOST = "gas.example";
/** TLS 1.2 ciphers without forward secrecy, or broken ones. None may be spoken (RFC 9325 section 4). */
const WEAK = [
  "AES128-SHA",
  "AES256-SHA",
  "AES128-GCM-SHA256",
  "AES256-GCM-SHA384",
  "DES-CBC3-SHA",
  "NULL-SHA256",
  "AECDH-AES128-SHA",
  "ADH-AES128-SHA",
];
const STRONG = ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"];

/** Where it listens, and in which folder its files lie. */
type Place = { folder: string; port: number; plainPort: number; backend: number; certificate: string; key: string };

/** A proxy of this machine: its program, and how its sample becomes one for loopback. Gives the command line. */
const PROXIES = {
  nginx: {
    program: "/usr/sbin/nginx",
    prepare: ({ folder, port, plainPort, backend, certificate, key }: Place) => {
      const sample = readFileSync(join(ROOT, "deploy/nginx.conf"), "utf8")
        .replaceAll(/^ *listen \[::\].*$/gm, "")
        .replace("listen 80;", `listen 127.0.0.1:${plainPort};`)
        .replace("listen 443 ", `listen 127.0.0.1:${port} `)
        .replace("127.0.0.1:8000", `127.0.0.1:${backend}`)
        .replace(/\/etc\/letsencrypt\/.*fullchain\.pem/, certificate)
        .replace(/\/etc\/letsencrypt\/.*privkey\.pem/, key);
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (part) => `${part}_temp_path ${folder}/${part};`,
      );
      const around = `daemon off; pid ${folder}/nginx.pid; error_log stderr; events {} http { access_log off; ${temporary.join(" ")}`;
      writeFileSync(join(folder, "nginx.conf"), `${around}\n${sample}\n}`);
      return ["-p", folder, "-c", join(folder, "nginx.conf")];
    },
  },
  caddy: {
    program: "/usr/bin/caddy",
    prepare: ({ folder, port, plainPort, backend, certificate, key }: Place) => {
      // A certificate of our own: the real one comes from outside.
      const sample = readFileSync(join(ROOT, "deploy/Caddyfile"), "utf8")
        .replace("127.0.0.1:8000", `127.0.0.1:${backend}`)
        .replace(`${HOST} {`, `${HOST} {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}`);
      const here = `{\n\tadmin off\n\thttp_port ${plainPort}\n\thttps_port ${port}\n}\n`;
      writeFileSync(join(folder, "Caddyfile"), here + sample);
      return ["run", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")];
    },
  },
};

for (const [name, { program, prepare }] of Object.entries(PROXIES)) {
  const skip = !existsSync(program) && `${name} is not installed`;
  t.test(
    `C60 ${name} speaks TLS 1.2 and 1.3 with forward secrecy alone, and tells the node whom it saw`,
    { skip },
    async (t) => {
      const place = await prepareFolder(t);
      const told: IncomingHttpHeaders[] = [];
      const node = createServer((asked, answer) => {
        told.push(asked.headers);
        answer.end(`${asked.url}`);
      });
      await new Promise<void>((resolve) => node.listen(place.backend, "127.0.0.1", resolve));
      t.teardown(() => node.close());
      await startProxy(t, program, prepare(place), place);

      for (const version of ["TLSv1", "TLSv1.1"] as const)
        t.equal(
          await shake(place.port, { minVersion: version, maxVersion: version, ciphers: "ALL:@SECLEVEL=0" }),
          null,
          version,
        );
      for (const ciphers of WEAK)
        t.equal(await shake(place.port, { maxVersion: "TLSv1.2", ciphers: `${ciphers}:@SECLEVEL=0` }), null, ciphers);
      for (const ciphers of STRONG)
        t.equal(await shake(place.port, { maxVersion: "TLSv1.2", ciphers }), `TLSv1.2 ${ciphers}`);
      t.match(await shake(place.port, { minVersion: "TLSv1.3" }), /^TLSv1\.3 TLS_/);

      const spoofed = {
        "x-forwarded-for": "203.0.113.7, 127.0.0.1",
        "x-forwarded-proto": "gopher",
        "x-forwarded-host": "evil.example",
      };
      const path = "/gas-fano?a=%2F..%2F&b=%00";
      t.equal(
        (await askSecurely(place.port, path, spoofed)).body,
        path,
        "the path goes on byte for byte: signatures cover it",
      );
      t.match(told.at(-1), { host: HOST, "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https" });
      t.notMatch(JSON.stringify(told), /203\.0\.113\.7|gopher/);
      const plain = await askPlainly(place.plainPort, "evil.example");
      t.notMatch(
        plain.location,
        /^https?:\/\/evil\.example/,
        "who comes without TLS is led to our own host, or nowhere",
      );
      t.match((await askPlainly(place.plainPort, HOST)).location, new RegExp(`^https://${HOST}`));
      t.equal(told.length, 1, "nothing without TLS reaches the node");
    },
  );
}

/** A folder with a certificate for the host (RSA, so that old ciphers could be spoken), and free ports. */
async function prepareFolder(t: Test): Promise<Place> {
  const folder = t.testdir({});
  const [certificate, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const wish = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${HOST}`];
  const name = ["-addext", `subjectAltName=DNS:${HOST}`];
  execFileSync("openssl", [...wish, ...name, "-keyout", key, "-out", certificate], { stdio: "pipe" });
  const [port, plainPort, backend] = [await freePort(), await freePort(), await freePort()];
  return { folder, certificate, key, port, plainPort, backend };
}

async function startProxy(t: Test, program: string, args: string[], { folder, port }: Place): Promise<void> {
  const env = { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const child: ChildProcess = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (said += text));
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  t.teardown(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const until = Date.now() + READY_MS;
  while ((await shake(port, {})) === null) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`${program} did not get ready:\n${said}`);
    await pause(100);
  }
}

/** Shakes hands and hangs up: the version and cipher that were agreed on, or null. */
function shake(port: number, wish: ConnectionOptions): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (socket: TLSSocket, said: string | null) => {
      socket.destroy();
      resolve(said);
    };
    let socket: TLSSocket;
    try {
      socket = connect({ host: "127.0.0.1", port, servername: HOST, rejectUnauthorized: false, ...wish });
    } catch {
      // This OpenSSL itself no longer knows such a cipher.
      return resolve(null);
    }
    socket.setTimeout(10_000, () => end(socket, null));
    socket.on("secureConnect", () => end(socket, `${socket.getProtocol()} ${socket.getCipher().name}`));
    socket.on("error", () => end(socket, null));
  });
}

function askSecurely(port: number, path: string, headers: Record<string, string>): Promise<{ body: string }> {
  return new Promise((resolve, reject) => {
    const at = { host: "127.0.0.1", port, path, servername: HOST, rejectUnauthorized: false, agent: false } as const;
    const asked = request({ ...at, headers: { host: HOST, ...headers } }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text) => (body += text));
      answer.on("end", () => resolve({ body }));
    });
    asked.on("error", reject).end();
  });
}

function askPlainly(port: number, host: string): Promise<{ location: string }> {
  return new Promise((resolve, reject) => {
    const asked = get({ host: "127.0.0.1", port, path: "/account", headers: { host }, agent: false }, (answer) => {
      answer.resume();
      resolve({ location: answer.headers.location ?? "" });
    });
    asked.on("error", reject);
  });
}
