// What there is to open once the story is told: public pages, and for each person a sign-in link and their desks.
import type { Role } from "../../src/web/visitor.ts";
import { words } from "../../src/web/words.ts";
import type { BreadTold } from "./breadStory.ts";
import { CAST, HOME_KEYS, NEW_GROUP, type Player } from "./cast.ts";
import type { HomeProcess, Homes } from "./homes.ts";
import type { LedTold } from "./ledStory.ts";
import { StoryError, type Teller } from "./teller.ts";
import { type Opened, openAsPerson, openPage } from "./visit.ts";
import type { Sentences } from "./words.ts";

type DoorName = Exclude<keyof Sentences["doors"], "signIn">;

/** What the story leaves behind to look at: the cycle that is over and the one that is open, and each group's orders in them. */
export type Places = {
  readonly cycleIri: string;
  readonly nextCycleIri: string;
  /** The gathering of the group that bakes bread for itself. */
  readonly evening: string;
  readonly bread: BreadTold;
  /** The order that a group led for others, and is over. */
  readonly led: LedTold;
  /** The page of the founding, under the link that its founder has. */
  readonly founding: string;
  readonly orders: readonly {
    readonly handle: string;
    readonly orderId: string;
    readonly thread: string;
    readonly nextOrderId: string;
    /** Whether it still takes bookings; what was sent early waits for the farm. */
    readonly isNextOpen: boolean;
  }[];
};

type Door = { readonly name: DoorName; readonly path: string };

const WIDTH = 28;
/** She administers the group that the district hosts for her. */
const FOUNDER: Player = { ...NEW_GROUP.founder, handle: NEW_GROUP.actor.handle, roles: ["admin"] };

/** Prints every address, with fresh sign-in links. */
export async function printDoors(homes: Homes, teller: Teller, places: Places, isStaying: boolean): Promise<void> {
  const { say, line } = teller;
  line(`\n${say.look}`);
  for (const { url, says } of publicDoors(homes, say, places)) line(`  ${says.padEnd(WIDTH + 16)} ${url}`);
  line(`\n${isStaying ? say.enter : say.enterOnce}`);
  for (const { home, player, actorName } of listPlayers(homes)) {
    const link = await home.ask("makeSignInLink", { email: player.email });
    line(`\n  ${player.name}, ${actorName}: ${rolesOf(player, home, say)}`);
    line(`    ${say.doors.signIn.padEnd(WIDTH)} ${link}`);
    for (const { name, url } of desksOf(home, player, places)) line(`    ${say.doors[name].padEnd(WIDTH)} ${url}`);
    if (player === FOUNDER) line(`    ${say.founderDoor.padEnd(WIDTH)} ${places.founding}`);
  }
}

/**
 * Opens every page that printDoors names, each desk as the person whose it is, and where whoever looks after a node begins, which must
 * not speak of a first run. Gives how many. Throws StoryError.
 */
export async function tryDoors(homes: Homes, { say, language }: Teller, places: Places): Promise<number> {
  let count = 0;
  const hold = ({ url, status }: Opened) => {
    if (status !== 200) throw new StoryError(say.closedDoor(url, status));
    count++;
  };
  for (const { url } of publicDoors(homes, say, places)) hold(await openPage(url));
  hold(await openPage(places.founding));
  const unfinished = words(language)("begin.unfinished");
  for (const { home, player } of listPlayers(homes)) {
    const link = await home.ask("makeSignInLink", { email: player.email });
    const start = CAST[home.key].people[0] === player ? [`${home.origin}/`] : [];
    const urls = desksOf(home, player, places).map(({ url }) => url);
    for (const opened of await openAsPerson(link, [...urls, ...start])) {
      hold(opened);
      if (opened.text.includes(unfinished)) throw new StoryError(say.isUnfinished(opened.url));
    }
  }
  return count;
}

function publicDoors(
  homes: Homes,
  say: Sentences,
  { cycleIri, nextCycleIri, evening }: Places,
): { url: string; says: string }[] {
  const actors = HOME_KEYS.flatMap((key) =>
    CAST[key].actors.map(({ handle, name }) => ({ url: `${homes[key].origin}/${handle}`, says: name })),
  );
  const group = CAST.valley.actors[0]!.handle;
  const meeting = { url: `${homes.valley.origin}/${group}/events/${evening}`, says: say.eveningDoor };
  const { network, actor } = NEW_GROUP;
  const near = `comune=${encodeURIComponent(actor.place)}`;
  const guide = { url: `${homes.district.origin}/${network}/start?${near}`, says: say.guideDoor };
  const find = { url: `${homes.district.origin}/${network}/near?${near}`, says: say.nearDoor };
  const hub = { url: `${homes.region.origin}/api/list`, says: say.hubDoor };
  const region = (["directory", "map", "search", "offers", "calendar", "statistics"] as const).map((path) => {
    return { url: `${homes.region.origin}/${CAST.region.actors[0]!.handle}/${path}`, says: say.network[path] };
  });
  return [
    ...actors,
    meeting,
    ...region,
    ...[hub, find, guide],
    { url: nextCycleIri, says: say.publicCycle },
    { url: cycleIri, says: say.pastCycle },
  ];
}

/** What somebody does there, in words: the first of a home looks after its node too. */
function rolesOf({ email, handle, roles, producers }: Player, { key }: HomeProcess, say: Sentences): string {
  const isNetwork = CAST[key].actors.some((actor) => actor.handle === handle && actor.kind === "district");
  const names = roles.map((role) => {
    if (isNetwork && role === "admin") return say.roles.adminOfNetwork;
    return producers ? say.roles.oneReferente : say.roles[role];
  });
  return (CAST[key].people[0]?.email === email ? [...names, say.roles.node] : names).join(", ");
}

type Playing = { readonly home: HomeProcess; readonly player: Player; readonly actorName: string };

function listPlayers(homes: Homes): Playing[] {
  const players = HOME_KEYS.flatMap((key) =>
    CAST[key].people.map((player) => {
      const actor = CAST[key].actors.find(({ handle }) => handle === player.handle);
      return { home: homes[key], player, actorName: actor?.name ?? player.handle };
    }),
  );
  return [...players, { home: homes.district, player: FOUNDER, actorName: NEW_GROUP.actor.name }];
}

function desksOf({ key, origin }: HomeProcess, player: Player, places: Places): { name: DoorName; url: string }[] {
  const { handle } = player;
  if (player === FOUNDER) return plain("begin", "people", "joining").map((door) => asDesk(origin, handle, door));
  const kind = CAST[key].actors.find((actor) => actor.handle === handle)?.kind ?? "gas";
  const doors = doorsOf(kind, player, places);
  return doors.map((door) => asDesk(origin, handle, door));
}

function asDesk(origin: string, handle: string, { name, path }: Door): { name: DoorName; url: string } {
  return { name, url: `${origin}/desk/${handle}/${path}` };
}

function doorsOf(kind: string, player: Player, places: Places): Door[] {
  const { handle, roles } = player;
  if (kind === "gas") return roles.flatMap((role) => groupDoors(role, player, places));
  if (kind === "producer") return sellerDoors(handle, places);
  const foundings: Door[] = handle === NEW_GROUP.network ? [{ name: "foundings", path: "network/founding" }] : [];
  const doors = roles.includes("admin") ? plain("partners", "people", "settings") : plain("partners", "outbox");
  return [...doors, ...foundings];
}

/** A producer sees what to make ready for its own cycle. */
function sellerDoors(handle: string, { nextCycleIri }: Places): Door[] {
  const [before, cycleId = ""] = nextCycleIri.split(`/${handle}/cycles/`);
  const isOwn = before !== nextCycleIri;
  const sheet: Door[] = isOwn ? [{ name: "sheet", path: `sales/sheet?cycle=${cycleId}` }] : [];
  const certificates: Door = { name: "certificates", path: "catalog/certificates" };
  return [
    ...plain("today", "catalog"),
    certificates,
    ...plain("cycles", "sales"),
    ...sheet,
    { name: "past", path: "sales/history" },
    ...plain("partners", "outbox"),
  ];
}

/** In a group everybody has a task. */
function groupDoors(role: Role, { handle, producers }: Player, { orders, bread, led }: Places): Door[] {
  const order = orders.find((one) => one.handle === handle);
  const isBuyer = bread.handle === handle;
  const counter: Door[] = isBuyer ? [{ name: "counter", path: `orders/${bread.counterId}/delivery` }] : [];
  const groups: Door[] = led.handle === handle ? [{ name: "groups", path: `orders/${led.orderId}/groups` }] : [];
  const left: Door[] = isBuyer ? [{ name: "left", path: `orders/${bread.counterId}/delivery/suspended` }] : [];
  switch (role) {
    case "referente":
      if (producers) return [...plain("orders"), { name: "tonight", path: `orders/${bread.tonightId}` }, ...counter];
      return [...plain("orders"), ...(order ? runningDoors(order) : []), ...groups, ...counter, ...plain("offers")];
    case "delivery":
      return [...plain("orders"), ...counter, ...left, ...plain("shifts")];
    case "cashier":
      return [{ name: "households", path: "money/households" }];
    case "treasurer":
      return [
        ...plain("money"),
        { name: "households", path: "money/households" },
        { name: "charged", path: "money/orders" },
      ];
    case "member":
      return [
        ...(order ? nextDoor(order) : []),
        ...plain("orders"),
        { name: "mine", path: "orders/mine" },
        ...(order ? [{ name: "order" as const, path: `orders/${order.orderId}/book` }] : []),
        ...(isBuyer ? [{ name: "tonight" as const, path: `orders/${bread.tonightId}/book` }] : []),
        ...(isBuyer ? [{ name: "leave" as const, path: `orders/${bread.tonightId}/suspended` }] : []),
        ...plain("pickups", "shifts"),
        { name: "history", path: "orders/history" },
        { name: "statement", path: "money/statement" },
      ];
    default:
      return [
        ...plain("orders", "people", "joining", "settings", "mirrors", "partners"),
        ...(isBuyer ? plain("gatherings", "solidarity") : []),
      ];
  }
}

function nextDoor({ nextOrderId, isNextOpen }: Places["orders"][number]): Door[] {
  return [{ name: isNextOpen ? "book" : "sent", path: `orders/${nextOrderId}/book` }];
}

function runningDoors({ orderId, thread }: Places["orders"][number]): Door[] {
  return [
    { name: "order", path: `orders/${orderId}` },
    { name: "handout", path: `orders/${orderId}/reports/households` },
    { name: "contract", path: `contract?${new URLSearchParams({ thread })}` },
  ];
}

function plain(...names: readonly DoorName[]): Door[] {
  return names.map((name) => ({ name, path: name }));
}
