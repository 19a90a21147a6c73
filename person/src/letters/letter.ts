/** A letter as blocks, and its forms: plain text, large print, mailto. Pure. */
import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64, toHex, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Text } from "./law.ts";

/** `fixed` is kept as it is, character for character: identifiers and consent strings. */
export type Block = { readonly kind: "paragraph" | "heading" | "law" | "fixed"; readonly text: string };

export interface Letter {
  /** The language that it is in. */
  readonly language: keyof Text;
  /** One line. */
  readonly subject: string;
  readonly blocks: readonly Block[];
  /** The plain text: what is sent, and what the record's `letter` is the hash of. */
  readonly text: string;
  /** SHA-256 of the plain text in UTF-8, hexadecimal. */
  readonly sha256: string;
}

const WIDTH = 76;

/** Makes a letter of its blocks. */
export function makeLetter(language: keyof Text, subject: string, blocks: readonly Block[]): Letter {
  const parts = [
    subject,
    ...blocks.map(({ kind, text }) => (kind === "fixed" ? text : kind === "heading" ? `${text}\n${"-".repeat(Math.min(text.length, WIDTH))}` : wrap(text))),
  ];
  const text = `${parts.join("\n\n")}\n`;
  return { language, subject, blocks, text, sha256: letterHash(text) };
}

/** The hash under which a record names a letter: SHA-256 of its text in UTF-8, hexadecimal. */
export function letterHash(text: string): string {
  return toHex(sha256(utf8(text)));
}

/** Lines of at most 76 characters where words allow it; line breaks of the text stay. */
export function wrap(text: string): string {
  return text.split("\n").map(wrapLine).join("\n");
}

function wrapLine(line: string): string {
  const lines: string[] = [];
  let at = "";
  for (const word of line.split(" ")) {
    if (at !== "" && at.length + 1 + word.length > WIDTH) {
      lines.push(at);
      at = word;
    } else at = at === "" ? word : `${at} ${word}`;
  }
  return [...lines, at].join("\n");
}

/**
 * Somebody else's text on one line of a letter: what controls terminals, mail headers or the direction of writing becomes a space; cut at `max`
 * characters.
 */
export function oneLine(text: string, max = 200): string {
  return [...clean(text).replaceAll(/\s+/g, " ").trim()].slice(0, max).join("");
}

/** Her own words: line breaks stay, at most three in a row. */
export function manyLines(text: string, max = 2000): string {
  const lines = clean(text.replaceAll(/\r\n?/g, "\n"), "\n")
    .replaceAll(/[ \t]+/g, " ")
    .replaceAll(/\n{3,}/g, "\n\n");
  return [...lines.trim()].slice(0, max).join("");
}

function clean(text: string, keep = ""): string {
  // Lone surrogates have no UTF-8 form: the text's hash would be that of another text.
  return text.toWellFormed().replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, (character) => (keep.includes(character) ? character : " "));
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/**
 * A page in large print: one file, no script, nothing loaded, of the same words as the text.
 *
 * @example
 * ```ts
 * const url = URL.createObjectURL(new Blob([largePrint(letter)], { type: "text/html" }));
 * ```
 */
export function largePrint({ language, subject, blocks }: Letter): string {
  const body = blocks.map(({ kind, text }) => {
    const inner = escapeHtml(text).replaceAll("\n", "<br>\n");
    return kind === "heading" ? `<h2>${inner}</h2>` : kind === "fixed" ? `<p class="fixed">${inner}</p>` : `<p>${inner}</p>`;
  });
  return page(language, subject, [`<h1>${escapeHtml(subject)}</h1>`, ...body].join("\n"));
}

/** An HTML document that needs nothing but itself. `body` is HTML. */
export function page(language: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>
body { font: 18pt/1.5 serif; max-width: 38em; margin: 2em auto; padding: 0 1em; color: #000; background: #fff; }
h1 { font-size: 1.3em; } h2 { font-size: 1.1em; }
.fixed { font-family: monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; } td, th { border: 1px solid; padding: .3em .5em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; } }
</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** What mail programs and browsers on all common systems take in one link, in characters. */
const MAX_LINK = 2000;

/**
 * A `mailto:` link. Where the letter is too long for one, it has the subject alone, and `complete` is false: the page then gives the text to copy.
 * Whoever sends it reveals the address from which it is sent.
 *
 * @throws `argument_invalid` where the address is none: nothing that it contains may add recipients or headers.
 * @example
 * ```ts
 * const { href, complete } = mailtoOf(letter, "privacy@shop.example");
 * ```
 */
export function mailtoOf({ subject, text }: Pick<Letter, "subject" | "text">, address: string): { href: string; complete: boolean } {
  requireAddress(address);
  const start = `mailto:${address.split("@").map(encodeURIComponent).join("@")}?subject=${encodeURIComponent(subject)}`;
  const href = `${start}&body=${encodeURIComponent(text.replaceAll("\n", "\r\n"))}`;
  return href.length <= MAX_LINK ? { href, complete: true } : { href: start, complete: false };
}

/**
 * A draft for mail programs (`.eml`), whole where a link is too short: RFC 5322, marked unsent. Throws `argument_invalid` as {@link mailtoOf}.
 *
 * @example
 * ```ts
 * const file = new Blob([draftOf(letter, "privacy@shop.example")], { type: "message/rfc822" });
 * ```
 */
export function draftOf({ subject, text }: Pick<Letter, "subject" | "text">, address: string): string {
  requireAddress(address);
  const words = chunks(subject, 40).map((part) => `=?utf-8?B?${toBase64(utf8(part))}?=`);
  const body = toBase64(utf8(text.replaceAll("\n", "\r\n"))).replaceAll(/.{76}/g, "$&\r\n");
  return [
    `To: ${address}`,
    `Subject: ${words.join("\r\n ")}`,
    "X-Unsent: 1",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    body,
    "",
  ].join("\r\n");
}

/** Pieces of at most so many UTF-8 bytes, none of them parting a character. */
function chunks(text: string, bytes: number): string[] {
  const parts: string[] = [""];
  for (const character of text) {
    if (utf8(parts.at(-1)! + character).length > bytes) parts.push("");
    parts[parts.length - 1] += character;
  }
  return parts;
}

function requireAddress(address: string): void {
  if (!isMailAddress(address)) throw new FreeholdError("argument_invalid", `${JSON.stringify(address.slice(0, 80))} is no mail address.`);
}

/** A plain address, as letters need it: no display name, no quoting, no list. */
export function isMailAddress(address: string): boolean {
  return address.length <= 254 && /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/.test(address);
}
