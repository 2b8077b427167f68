// Everything a slice needs to speak and to listen: one value, made by node.ts, handed to each slice.
import type { CommitTogether } from "../db/groupCommit.ts";
import type { Db } from "../db/transact.ts";
import type { Clock } from "../kernel/clock.ts";
import type { RemoteActor } from "./actor.ts";
import type { Keyring } from "./actors.ts";
import type { Arrival, InboxAnswer } from "./inbox.ts";
import type { JsonObject } from "./json.ts";
import type { Post } from "./outbox.ts";
import type { ActorFailure, Senders } from "./senders.ts";

/** What a GET without a body says of itself; `rawHeaders` as Node gives them. */
type ReadRequest = { readonly method: string; readonly path: string; readonly rawHeaders: readonly string[] };

/** A document with the ETag it came with, or the word that it has not changed. */
type DocumentRead = { readonly document: JsonObject; readonly etag: string | null } | { readonly isUnchanged: true };

export type Wire = {
  readonly db: Db;
  readonly clock: Clock;
  readonly origin: string;
  readonly allowPrivate: boolean;
  readonly keyring: Keyring;
  readonly commitTogether: CommitTogether;
  /** Owes an activity to its recipients, inside the caller's transaction. */
  readonly post: Post;
  readonly senders: Senders;
  /** GETs an AS document or a collection page, signed by that local actor (default: the instance actor). Never throws. */
  readonly fetchDocument: (iri: string, asActorId?: string) => Promise<{ document: JsonObject } | ActorFailure>;
  /** As `fetchDocument`, by the instance actor, within some time, and only where it is no longer what `etag` stands for. Never throws. */
  readonly readDocument: (
    iri: string,
    ask: { readonly etag: string | null; readonly withinMs: number },
  ) => Promise<DocumentRead | ActorFailure>;
  /** Reads a whole collection within the limits of PROTOCOL 9 (50 pages, 2,000 items, 60 s). Never throws. */
  readonly fetchCollection: (
    iri: string,
    asActorId?: string,
  ) => Promise<{ items: JsonObject[]; isWhole: boolean; document: JsonObject } | ActorFailure>;
  /** GETs a picture of another node, unsigned. Never throws. */
  readonly fetchPicture: (url: string) => Promise<{ readonly bytes: Buffer } | ActorFailure>;
  /** GETs a text of one of these media types (default: a web page), unsigned: what it says, and where it was after redirects. Never throws. */
  readonly fetchPage: (
    url: string,
    types?: readonly string[],
  ) => Promise<{ readonly text: string; readonly url: string } | ActorFailure>;
  /** Handle (`@name@host`) or address typed by a person -> the actor. Never throws. */
  readonly discover: (text: string) => Promise<RemoteActor | ActorFailure>;
  /** The page on a visitor's own server where they confirm that they follow that actor. Never throws. */
  readonly findFollowPage: (visitor: string, actorUri: string) => Promise<{ url: string } | ActorFailure>;
  /** Who signed this GET, or null when it is unsigned or the signature does not hold. */
  readonly identifyReader: (request: ReadRequest) => Promise<RemoteActor | null>;
  readonly isBlocked: (host: string) => boolean;
  /** Hands the inbox a message found elsewhere than in a delivery, with its own proof; every rule holds. */
  readonly hear: (arrival: Arrival) => Promise<InboxAnswer>;
  /** Takes up what waited for this activity, or for what it carries, in the caller's transaction. */
  readonly wakeParked: (activity: JsonObject) => void;
};
