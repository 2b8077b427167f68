// RSA-2048 signatures over a text as long as a signature base, made or verified by node:crypto on this thread.
import { generateKeyPairSync, sign, verify } from "node:crypto";

const DURATION_MS = 2000;

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const text = Buffer.alloc(400, "signature base ");
const signature = sign("sha256", text, privateKey);
const act =
  process.argv[2] === "sign"
    ? () => sign("sha256", text, privateKey)
    : () => verify("sha256", text, publicKey, signature);

for (let warmUp = 0; warmUp < 200; warmUp++) act();
let count = 0;
const started = performance.now();
while (performance.now() - started < DURATION_MS) {
  for (let batch = 0; batch < 50; batch++) act();
  count += 50;
}
console.log(JSON.stringify({ value: count / ((performance.now() - started) / 1000) }));
