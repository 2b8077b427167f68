// The worker between the pages and the network: pages that ask for it are kept and shown when there is none. Forms wait in app.js.

/**
 * The parts of a worker's world that are used here; TypeScript's own list of them does not go with that of pages.
 * @typedef {Event & { waitUntil(work: Promise<unknown>): void }} LongEvent
 * @typedef {LongEvent & { request: Request, respondWith(response: Promise<Response>): void }} FetchEvent
 */
const world = /** @type {{ skipWaiting(): Promise<void>, clients: { claim(): Promise<void> } }} */ (
  /** @type {unknown} */ (self)
);
const FILES = "files";
/** What is kept for one person, by their id: another's pages go when theirs come. */
const PAGES = "pages ";
const PAGES_MAX = 400;
/** A network that answers nothing for so long is none, where there is a page to show. */
const PATIENCE_MS = 6000;

self.addEventListener("install", (event) => {
  const work = caches.open(FILES).then((files) => files.addAll(["/offline"]));
  void world.skipWaiting();
  /** @type {LongEvent} */ (event).waitUntil(work);
});

self.addEventListener("activate", (event) => {
  /** @type {LongEvent} */ (event).waitUntil(world.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const fetched = /** @type {FetchEvent} */ (event);
  const { request } = fetched;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && pathname === "/sign-out") fetched.waitUntil(forgetPages());
  if (request.method !== "GET") return;
  if (pathname.startsWith("/static/")) fetched.respondWith(readFile(request));
  else if ((request.headers.get("accept") ?? "").includes("text/html")) fetched.respondWith(readPage(request));
});

/** The address of a file changes with its bytes: what is kept is right for ever. @param {Request} request */
async function readFile(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    await files.delete(request, { ignoreSearch: true });
    await files.put(request, response.clone());
  }
  return response;
}

/** Network first; without it the page as it last was, or the one that says so. @param {Request} request */
async function readPage(request) {
  const kept = await findPage(request);
  try {
    const response = await fetchSoon(request, kept ? PATIENCE_MS : 0);
    if (kept && [502, 503, 504].includes(response.status)) return kept;
    const person = response.headers.get("x-filiera-keep");
    if (person && response.ok) await keepPage(person, request, response.clone());
    // Whoever is asked to sign in is signed out, wherever that was done.
    if (new URL(request.url).pathname === "/sign-in" && response.ok) await forgetPages();
    return response;
  } catch {
    return kept ?? (await caches.match("/offline")) ?? Response.error();
  }
}

/** @param {Request} request @param {number} patienceMs 0: as long as it takes */
function fetchSoon(request, patienceMs) {
  if (patienceMs === 0) return fetch(request);
  return new Promise((resolve, reject) => {
    setTimeout(reject, patienceMs, new Error("no answer"));
    fetch(request).then(resolve, reject);
  });
}

/** @param {Request} request */
async function findPage(request) {
  for (const name of await listPages()) {
    const found = await (await caches.open(name)).match(request.url, { ignoreVary: true });
    if (found) return found;
  }
  return undefined;
}

/** @param {string} person @param {Request} request @param {Response} response */
async function keepPage(person, request, response) {
  for (const name of await listPages()) if (name !== PAGES + person) await caches.delete(name);
  const pages = await caches.open(PAGES + person);
  await pages.put(request.url, response);
  const addresses = await pages.keys();
  for (const address of addresses.slice(0, Math.max(0, addresses.length - PAGES_MAX))) await pages.delete(address);
}

async function listPages() {
  return (await caches.keys()).filter((name) => name.startsWith(PAGES));
}

async function forgetPages() {
  for (const name of await listPages()) await caches.delete(name);
}
