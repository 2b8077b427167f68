// The image's health check: asks the node on this machine whether it is ready. There is no shell or curl in the image.
import { get } from "node:http";

const port = process.env.FILIERA_PORT ?? "8000";
const asked = get({ host: "127.0.0.1", port, path: "/readyz", timeout: 4000 }, (answer) => {
  answer.resume();
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
});
asked.on("timeout", () => asked.destroy());
asked.on("error", () => {
  process.exitCode = 1;
});
