/** Which of her identifiers a letter may contain: the recipient's own, to an address of its own, and none that would let it, or who reads along, act as her. */
import type { Identifier } from "../deliver.ts";
import { oneLine } from "./letter.ts";

/** An identifier as she has it, saved before cookies are cleared. */
export interface HeldIdentifier extends Identifier {
  /** Host or domain that set it, lower case. */
  readonly domain: string;
  /** Day on which it was there. */
  readonly on?: string;
}

/**
 * - `another`: it is not this recipient's;
 * - `address-elsewhere`: the letter goes to an address that is not on a domain of the recipient, or to none that is known;
 * - `credential`: it may be what keeps her signed in;
 * - `too-many`: more than a letter takes.
 */
export interface Withheld {
  readonly name: string;
  readonly domain: string;
  readonly why: "another" | "address-elsewhere" | "credential" | "too-many";
}

/** As many as a delivery takes (spec/delivery.md). */
const MAX_IDENTIFIERS = 16;

/** Names by which sites know a signed-in session, or guard forms. Wide on purpose: what is left out can be given when it is asked for. */
const CREDENTIAL = /sess|auth|token|csrf|xsrf|jwt|login|logged|passw|secret|remember|credential|sid$/i;

/**
 * The identifiers for one recipient, and all others with the reason.
 *
 * @param to where the letter goes: a mail address or the address of a form; undefined where it is printed.
 * @example
 * ```ts
 * const { own, withheld } = identifiersFor({ domains: ["adco.example"] }, held, "privacy@adco.example");
 * ```
 */
export function identifiersFor(
  recipient: { readonly domains: readonly string[] },
  held: readonly HeldIdentifier[],
  to: string | undefined,
): { own: HeldIdentifier[]; withheld: Withheld[] } {
  const own: HeldIdentifier[] = [];
  const withheld: Withheld[] = [];
  const isOwnAddress = to !== undefined && isAt(hostOf(to), recipient.domains);
  for (const one of held) {
    const why = !isAt(one.domain, recipient.domains)
      ? "another"
      : one.kind !== "advertising-id" && CREDENTIAL.test(one.name)
        ? "credential"
        : !isOwnAddress
          ? "address-elsewhere"
          : own.length >= MAX_IDENTIFIERS
            ? "too-many"
            : undefined;
    if (why === undefined) own.push(one);
    else withheld.push({ name: oneLine(one.name, 256), domain: oneLine(one.domain, 253), why });
  }
  return { own, withheld };
}

/** Whether a host is one of the domains or lies under one. A domain of one label owns nothing. */
export function isAt(host: string | undefined, domains: readonly string[]): boolean {
  const bare = host?.toLowerCase().replace(/^\./, "").replace(/\.$/, "");
  return bare !== undefined && bare !== "" && domains.some((domain) => domain.includes(".") && (bare === domain || bare.endsWith(`.${domain}`)));
}

/** The host of a mail address or of an https address; undefined for others: a form without encryption gets no identifiers. */
export function hostOf(to: string): string | undefined {
  if (/^https:\/\//i.test(to)) return URL.canParse(to) ? new URL(to).hostname : undefined;
  const [, host] = /^(?:mailto:)?[^@\s?&,;<>]+@([a-z0-9.-]+)$/i.exec(to) ?? [];
  return host?.toLowerCase();
}
