// A TLS terminator for one host: `node tlsFront.ts KEY CERTIFICATE ADDRESS PORT` opens ADDRESS:443 and speaks plainly to
// 127.0.0.1:PORT. Bytes go through unread, so that both sides sign and check what the other really wrote.
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createServer } from "node:tls";

const [key = "", certificate = "", address = "", port = ""] = process.argv.slice(2);
const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (outer) => {
  const inner = connect(Number(port), "127.0.0.1");
  outer.on("error", () => inner.destroy());
  inner.on("error", () => outer.destroy());
  outer.pipe(inner).pipe(outer);
});
server.on("tlsClientError", (error) => console.log(`# ${address}: ${error.message}`));
server.listen(443, address);
