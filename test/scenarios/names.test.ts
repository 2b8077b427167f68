// Peers whose names do not resolve, or resolve to what they should not: a real name server, in a network that leads nowhere.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import t from "tap";

const APART = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
const trial = spawnSync("unshare", [
  ...APART,
  "sh",
  "-c",
  "ip link set lo up && mount -t tmpfs none /mnt && openssl version",
]);
const whyNot = trial.status === 0 ? false : "needs root, namespaces of its own, iproute2 and openssl";

t.test(
  "A28 letters to names in trouble wait and are tried again, a private address is not called, and a name that moves is found",
  { skip: whyNot },
  async (t) => {
    const folder = t.testdir({ "resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n" });
    const town = fileURLToPath(new URL("../tools/nameTown.ts", import.meta.url));
    const script = `mount --bind '${folder}/resolv.conf' /etc/resolv.conf; exec '${process.execPath}' '${town}' '${folder}'`;
    const child = spawnSync("unshare", [...APART, "sh", "-ec", script], { encoding: "utf8", timeout: 120_000 });
    t.equal(child.status, 0, child.stderr);
    const { inTrouble, after, moved } = JSON.parse(child.stdout.trim().split("\n").at(-1) ?? "{}");

    const waits = (error: RegExp) => ({ state: "pending", attempts: 1, error });
    t.match(inTrouble.rows, {
      good: { state: "delivered" },
      alias: { state: "delivered" },
      six: { state: "delivered" },
      absent: waits(/^dns: ENOTFOUND/),
      failing: waits(/^dns: ESERVFAIL/),
      silent: waits(/^dns: ETIMEOUT/),
      loop: waits(/^dns: /),
      private: waits(/^private-address: /),
    });
    t.same(inTrouble.delivered, ["alias 127.0.0.1", "good 127.0.0.1", "six ::1"]);
    for (const host of ["absent", "failing", "silent", "loop", "private"])
      t.match(
        inTrouble.actors[host],
        /^unreachable (dns|private-address): /,
        `the actor at ${host} may be there later`,
      );

    for (const [host, row] of Object.entries(after.rows)) t.match(row, { state: "delivered" }, host);
    const late = ["absent", "failing", "loop", "private", "silent"];
    t.same(
      after.delivered,
      late.map((host) => `${host} 127.0.0.1`),
      "each once",
    );
    for (const [host, found] of Object.entries(after.actors)) t.equal(found, "found", host);

    t.same(moved, ["good 127.0.0.1", "good 127.0.0.2"]);
  },
);
