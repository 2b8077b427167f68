// After the set-up: what comes next, and what of it is done.
import t from "tap";
import { buildMembers, setUpFano } from "./house.ts";

t.test("who set a group up reads what comes next, sees it done, and invites a second person", async (t) => {
  const house = await buildMembers(t);
  const gino = await setUpFano(house);
  const begin = "/desk/gas-fano/begin";
  const page = await gino.get(begin);
  t.match(page.body, /Scegli come entrare[\s\S]*da fare[\s\S]*Importa i gasisti/);
  t.match(page.body, /href="\/node\/health"/, "who looks after the node tries its mail too");
  t.notMatch(page.body, /fatto<\/span>/);
  await gino.submit(await gino.get("/account/password"), "/account/password", { password: "mandorla trave ottobre 7" });
  t.match((await gino.get(begin)).body, /fatto<\/span>/);
  const invited = await gino.submit(page, "/desk/gas-fano/people/invite");
  t.match(invited.body, /class="qr"/);
});
