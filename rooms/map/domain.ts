/** Registrable domains, remembered: a derivation asks for the same hosts again and again. */
import { getDomain } from "tldts";

const known = new Map<string, string>();
/** Entries; then it starts anew. A whole map has about 30,000. */
const MEMORY = 100_000;

/**
 * The registrable domain of a host by the ICANN part of the Public Suffix List; the host itself where it has none (an IP address, a
 * name without a dot).
 *
 * @param host lower case, without port.
 * @example
 * ```ts
 * registrable("ads.example.co.uk"); // "example.co.uk"
 * ```
 */
export function registrable(host: string): string {
  let domain = known.get(host);
  if (domain === undefined) {
    if (known.size >= MEMORY) known.clear();
    domain = getDomain(host, { allowPrivateDomains: false }) ?? host;
    known.set(host, domain);
  }
  return domain;
}

/**
 * The host of an address with http or https, lower case and without `www.`; undefined where it is none.
 *
 * @example
 * ```ts
 * hostOf("https://www.Example.org/privacy"); // "example.org"
 * ```
 */
export function hostOf(url: string): string | undefined {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return undefined;
  const host = new URL(url).hostname.replace(/^www\.(?=.+\.)/, "");
  return host === "" ? undefined : host;
}

/**
 * The domain of an e-mail address; undefined where it has none.
 *
 * @example
 * ```ts
 * emailDomain("privacy@mail.example.org"); // "example.org"
 * ```
 */
export function emailDomain(address: string): string | undefined {
  const at = address.lastIndexOf("@");
  const host = address
    .slice(at + 1)
    .toLowerCase()
    .trim();
  return at > 0 && /^[^\s@/]+\.[^\s@/]+$/.test(host) ? registrable(host) : undefined;
}
