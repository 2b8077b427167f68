// Fedify at its rim: WebFinger and actor documents. Loaded after the node listens, because it takes 400 ms.
import type { Federation } from "@fedify/fedify";
import type { Db } from "../db/transact.ts";
import { describeForWire } from "./actors.ts";
import type { JsonObject } from "./json.ts";
import { loadActorByHandle } from "./store.ts";

/** Answers WebFinger and actor requests; null when Fedify has nothing for that address. */
export type FederationDoor = { readonly answer: (request: Request) => Promise<Response | null> };

/** Who closed is found by nobody any more. */
function isHere(db: Db, username: string): boolean {
  return loadActorByHandle(db.orm, username.toLowerCase())?.goneAt === null;
}

type Parts = { db: Db; origin: string };

/** Builds the door. No queue, no inbox listener, no fetching: those are ours (ADR 0005). */
export async function openFederation({ db, origin }: Parts): Promise<FederationDoor> {
  const [{ createFederation, MemoryKvStore }, vocab, runtime] = await Promise.all([
    import("@fedify/fedify"),
    import("@fedify/fedify/vocab"),
    import("@fedify/vocab-runtime"),
  ]);
  const load = (url: string) => {
    const document = runtime.preloadedContexts[url];
    // A context we do not carry says nothing: it is never fetched.
    return Promise.resolve({ contextUrl: null, documentUrl: url, document: document ?? { "@context": {} } });
  };
  const federation: Federation<void> = createFederation<void>({
    kv: new MemoryKvStore(),
    origin,
    documentLoaderFactory: () => load,
    contextLoaderFactory: () => load,
  });
  const types = { Application: vocab.Application, Organization: vocab.Organization, Group: vocab.Group };
  federation
    .setActorDispatcher("/{identifier}", async (_, handle) => {
      const actor = loadActorByHandle(db.orm, handle);
      if (!actor) return null;
      const document: JsonObject = describeForWire(db.orm, actor);
      const type = types[document.type as keyof typeof types];
      // Built from the served JSON, which it gives back word for word.
      return type.fromJsonLd(document, { documentLoader: load, contextLoader: load });
    })
    .mapHandle((_, username) => (isHere(db, username) ? username.toLowerCase() : null))
    .mapAlias((_, resource) => (resource.href === `${origin}/` ? { identifier: "actor" } : null));
  federation.setWebFingerLinksDispatcher(() => [
    { rel: "http://ostatus.org/schema/1.0/subscribe", template: `${origin}/authorize_interaction?uri={uri}` },
    { rel: "https://w3id.org/fep/3b86/Follow", template: `${origin}/authorize_interaction?uri={object}` },
    { rel: "https://w3id.org/fep/3b86/Object", template: `${origin}/authorize_interaction?uri={object}` },
  ]);
  return {
    answer: async (request) => {
      let missed = false;
      const onMiss = () => {
        missed = true;
        return new Response(null, { status: 404 });
      };
      const response = await federation.fetch(request, {
        contextData: undefined,
        onNotFound: onMiss,
        onNotAcceptable: onMiss,
      });
      return missed ? null : response;
    },
  };
}
