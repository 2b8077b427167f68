// Loaded before the bot where npm has no activitystrea.ms 4, which the bot names: gives release 3.1.0 the two functions it
// lacks, registerContext and isActivity, made of its own parts, and mends a name it spells in two ways, by which documents
// lose their context. With release 4 it does nothing.
import { createRequire } from "node:module";

type Loaded = { readonly contextUrl: null; readonly document: unknown; readonly documentUrl: string };
type Load = (url: string) => Promise<Loaded>;
type LoaderClass = { readonly prototype: { makeDocLoader: () => Load } };
type Base = { readonly type: string | string[] | undefined; isActivity: () => boolean };
type Reader = {
  readonly models: { readonly Base: { readonly prototype: Base } };
  registerContext: (url: string, document: unknown) => void;
};
type Reasoner = { readonly node: (type: string) => { readonly is: (other: string) => boolean } };

const ACTIVITY = "https://www.w3.org/ns/activitystreams#Activity";
const require = createRequire(process.env.INTEROP_BOT ?? "");
if (String(require("activitystrea.ms/package.json").version).startsWith("3.")) {
  const registered = new Map<string, unknown>();
  // First, because the package makes a loader as soon as it is loaded.
  const { prototype } = require("activitystrea.ms/src/contextloader.js") as LoaderClass;
  const original = prototype.makeDocLoader;
  prototype.makeDocLoader = function makeDocLoader() {
    const load = original.call(this);
    return async (url) => {
      const document = registered.get(url);
      return document === undefined ? load(url) : { contextUrl: null, document, documentUrl: url };
    };
  };
  // 3.1.0 asks for this name and keeps the other.
  const environment = (require("activitystrea.ms/src/environment.js") as { prototype: { originalContext: unknown } })
    .prototype;
  Object.defineProperty(environment, "origContext", {
    get(this: typeof environment) {
      return this.originalContext;
    },
  });
  const reader = require("activitystrea.ms") as Reader;
  const reasoner = require("activitystrea.ms/src/reasoner.js") as Reasoner;
  reader.registerContext = (url, document) => void registered.set(url, document);
  reader.models.Base.prototype.isActivity = function isActivity() {
    return [this.type].flat().some((type) => type !== undefined && reasoner.node(type).is(ACTIVITY));
  };
}
