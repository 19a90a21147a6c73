/** Public documents, signed and chained, and the claim by which a company says which keys speak for it (spec/publication.md). */
import type { JsonValue } from "./canonical.ts";
import { FreeholdError } from "./errors.ts";
import { decodeJws, jwkShape, thumbprint, verifySignature } from "./jws.ts";
import type { DecodedJws, Jwk } from "./jws.ts";
import { controllerId, nameShape, originShape } from "./record.ts";
import { anyObject, check, hex, instant, list, matching, object, oneOf } from "./shape.ts";
import type { Shape, Shaped } from "./shape.ts";

const author: Shape<string> = (value, at) => (typeof value === "string" && /^(?:https?:|urn:)/.test(value) ? controllerId : originShape)(value, at);

export const publicationShape = object(
  {
    "@context": oneOf("urn:freehold:publication:1"),
    author,
    body: anyObject,
    issued: instant,
    type: matching(/^[a-z][a-z0-9-]*$/, 64, "a type such as claim or trust-policy"),
  },
  { predecessor: hex(32) },
);
export type Publication = Shaped<typeof publicationShape>;

const url = matching(/^https?:\/\/[^\s"<>\\^`{|}]+$/, 2000, "a URL");
const claimBody = object(
  { keys: list(jwkShape, 1, 16), name: nameShape },
  { contact: matching(/^(?:https?:\/\/|mailto:)[^\s"<>\\^`{|}]+$/, 2000, "a URL or a mailto: address"), deliver: url, mailbox: jwkShape, withdraw: url },
);

/** A company's claim: which keys speak for it, and where it takes records and withdrawals (`mailbox`: the key to seal them with, spec/delivery.md). */
export interface Claim extends Publication {
  type: "claim";
  body: Shaped<typeof claimBody>;
}

/** Checks that a JSON value is a publication, and a claim where its type says so. Throws `publication_malformed`. */
export function parsePublication(value: JsonValue): Publication {
  const publication = check(publicationShape, value, "publication", "publication_malformed");
  if (publication.type === "claim") checkClaim(publication);
  return publication;
}

function checkClaim(publication: Publication): void {
  const body = check(claimBody, publication.body, "publication.body", "publication_malformed");
  check(controllerId, publication.author, "publication.author", "publication_malformed");
  if (publication.author.startsWith("urn:"))
    throw new FreeholdError("publication_malformed", "publication.author must have a host: a claim is believed because the same stands there.");
  if (new Set(body.keys.map(thumbprint)).size !== body.keys.length)
    throw new FreeholdError("publication_malformed", "publication.body.keys must not name the same key twice.");
  for (const member of ["contact", "deliver", "withdraw"] as const) {
    const address = body[member];
    if (address === undefined || address.startsWith(`${publication.author}/`) || address.startsWith("mailto:")) continue;
    throw new FreeholdError("publication_malformed", `publication.body.${member} must be on the author's own host (${publication.author}/…).`);
  }
}

/** The publication of a document, and its JWS taken apart; the signature is not verified. Throws `jws_…`, `publication_malformed`. */
export function decodePublication(document: string): { publication: Publication; decoded: DecodedJws } {
  const decoded = decodeJws(document, "freehold-publication+jws");
  return { publication: parsePublication(decoded.payload), decoded };
}

/** Verifies a publication under one of the keys of its author. Throws `jws_…`, `publication_malformed`; `jws_header` where no key has its kid. */
export async function verifyPublication(document: string, keys: readonly Jwk[]): Promise<Publication> {
  const { publication, decoded } = decodePublication(document);
  await verifyByOne(decoded, keys);
  return publication;
}

async function verifyByOne(decoded: DecodedJws, keys: readonly Jwk[]): Promise<void> {
  const key = keys.find((candidate) => thumbprint(candidate) === decoded.kid);
  if (key === undefined) throw new FreeholdError("jws_header", "The publication is signed by a key that is not among those of its author.");
  await verifySignature(decoded, key);
}

/** The claim of a document, and its JWS taken apart; the signature is not verified. Throws `jws_…`, and `publication_malformed` for a publication of another type. */
export function decodeClaim(document: string): { claim: Claim; decoded: DecodedJws } {
  const { publication, decoded } = decodePublication(document);
  if (publication.type !== "claim") throw new FreeholdError("publication_malformed", `The publication is a ${publication.type}, not a claim.`);
  return { claim: publication as Claim, decoded };
}

/** Verifies a claim under its own keys or, for a successor, under those of its predecessor (which the caller has found). Throws as {@link verifyPublication}. */
export async function verifyClaim(document: string, predecessor?: Claim): Promise<Claim> {
  const { claim, decoded } = decodeClaim(document);
  if (predecessor !== undefined && predecessor.author !== claim.author)
    throw new FreeholdError("publication_malformed", "A successor has the author of its predecessor.");
  await verifyByOne(decoded, (predecessor ?? claim).body.keys);
  return claim;
}
