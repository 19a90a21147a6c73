/** The shapes of the register's side of honour, shared with the browser. */
import type { Jwk } from "@freehold/protocol/jws";
import { controllerId, nameShape, originShape } from "@freehold/protocol/record";
import { instant, matching, object, oneOf, text } from "@freehold/protocol/shape";
import type { Shaped } from "@freehold/protocol/shape";

const address = /^(?:https?:\/\/|mailto:)[^\s"<>\\^`{|}]+$/;

/** The body of a publication of type `notice` (spec/publication.md). */
export const noticeBody = object(
  { language: matching(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 35, "a language tag (BCP 47)"), text: text(1, 48_000), title: nameShape },
  { contact: matching(address, 2000, "a URL or a mailto: address"), url: matching(/^https?:\/\/[^\s"<>\\^`{|}]+$/, 2000, "a URL") },
);
export type NoticeBody = Shaped<typeof noticeBody>;

/** What a company signs to read its mailbox (spec/delivery.md). */
export const mailboxRequestShape = object({
  controller: controllerId,
  expires: instant,
  method: oneOf("GET", "PUT", "POST", "DELETE"),
  origin: originShape,
  path: matching(/^\/v1\/mailboxes\/[0-9a-z/]+$/, 255, "the path of a mailbox, without query"),
});
export type MailboxRequest = Shaped<typeof mailboxRequestShape>;

/** The register's word that a message was left (spec/delivery.md). */
export interface Deposit {
  addressee: string;
  checkpoint: string;
  deposited: string;
  message: string;
  signature: string;
}

/** A publication of a company, and its place in its chain. `standing`: the newest of a chain; of claims, only of the first chain. */
export interface Published {
  sha256: string;
  index: number;
  issued: string;
  predecessor: string | null;
  standing: boolean;
  /** Why it does not stand though nothing replaces it: a second chain, or another successor of what has one already. */
  aside?: "second-chain" | "fork";
}

/** What `GET /v1/companies/{host}` says. */
export interface CompanyAnswer {
  controller: string;
  name: string;
  /** SHA-256 of the claim that stands. */
  claim: string;
  keys: readonly Jwk[];
  deliver?: string;
  withdraw?: string;
  contact?: string;
  mailbox?: { id: string; key: Jwk };
  claims: Published[];
  notices: (Published & { language: string; title: string })[];
}

/** What `GET /v1/companies` says: all that have joined, the same for everyone. */
export interface JoinedCompany {
  controller: string;
  name: string;
  /** Its id in the map, where the map knows one organisation that holds its domain. */
  organisation: string | null;
  /** The chain of its claims up to the one that stands, oldest first, the last four. */
  claims: { document: string; index: number }[];
}
