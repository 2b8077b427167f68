// What the verbs of a home need again and again: the actor, the person, the household that the story speaks of.
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { loadActorByHandle } from "../../src/activitypub/store.ts";
import type { Product } from "../../src/catalogs/product.ts";
import { listCurrentProducts } from "../../src/catalogs/store.ts";
import type { Config } from "../../src/config.ts";
import type { Db } from "../../src/db/transact.ts";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import type { MembersHouse } from "../../src/members/actions.ts";
import { type Household, householdOf } from "../../src/members/households/householdStore.ts";
import { loadPersonByEmail } from "../../src/members/store.ts";
import type { Node } from "../../src/node.ts";

/** What a verb acts on. */
export type Home = { readonly node: Node; readonly db: Db; readonly config: Config; readonly house: MembersHouse };
export type Looking = Pick<Home, "db">;

/** Gives the result, or throws what the action refused: the story stops there. */
export function demand<T>(result: T): Exclude<T, Refusal> {
  if (isRefusal(result)) throw new Error(JSON.stringify(result));
  return result as Exclude<T, Refusal>;
}

export function actorOf(db: Db, handle: string): LocalActor {
  const actor = loadActorByHandle(db.orm, handle);
  if (!actor) throw new Error(`no actor ${handle}`);
  return actor;
}

export function productOf(db: Db, handle: string, sku: string): Product {
  const product = listCurrentProducts(db.orm, actorOf(db, handle).id).find(({ facts }) => facts.sku === sku);
  if (!product) throw new Error(`no product ${sku}`);
  return product;
}

/** The id of somebody of this home. */
export function personOf(db: Db, email: string): string {
  const person = loadPersonByEmail(db.orm, email);
  if (!person) throw new Error(`nobody at ${email}`);
  return person.id;
}

export function householdFor(db: Db, handle: string, email: string): Household {
  const household = householdOf(db.orm, actorOf(db, handle).id, personOf(db, email));
  if (!household) throw new Error(`no household of ${email}`);
  return household;
}

/** Power cut: in this turn of the event loop, after the commit, before the relay could send a single byte. */
export function dieNow(): void {
  process.kill(process.pid, "SIGKILL");
}
