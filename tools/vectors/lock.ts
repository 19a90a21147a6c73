/** Vectors of locks and withdrawal codes (spec/lock.md). A path here is relative to spec/vectors. */
import { fromHex, toHex } from "../../protocol/src/bytes.ts";
import { formatCode, lockOf } from "../../protocol/src/lock.ts";

const counting = toHex(Uint8Array.from({ length: 32 }, (_, i) => i));
const secrets: Record<string, [description: string, secret: string]> = {
  "secret-of-zeros": ["", "00".repeat(32)],
  "secret-of-ones": ["", "ff".repeat(32)],
  "secret-counting": ["the example of spec/lock.md: bytes 0 to 31", counting],
  "secret-first-bit": ["the first symbol holds the highest five bits", `80${"00".repeat(31)}`],
  "secret-last-bit": ["", `${"00".repeat(31)}01`],
};

/** All vectors of this format, by path below spec/vectors. */
export function lockVectors(): Record<string, object> {
  const out: Record<string, object> = {};
  for (const [name, [description, secret]] of Object.entries(secrets)) {
    out[`lock/valid/${name}.json`] = { description: description || name, secret, lock: toHex(lockOf(fromHex(secret))), text: formatCode(fromHex(secret)) };
  }
  const text = formatCode(fromHex(counting));
  const bare = text.replaceAll("-", "");
  const typed = (name: string, description: string, as: string) => {
    out[`lock/valid/${name}.json`] = { description, secret: counting, lock: toHex(lockOf(fromHex(counting))), text, typed: as };
  };
  typed("typed-small", "small letters", text.toLowerCase());
  typed("typed-without-groups", "no hyphens", bare);
  typed("typed-with-spaces", "spaces for hyphens", text.replaceAll("-", " "));
  typed("typed-one-symbol-a-line", "line breaks of all systems, and tabs", bare.split("").join("\r\n\t"));
  typed(
    "typed-with-dashes",
    "dashes as word processors make them, and a minus sign",
    ["\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\u00ad"].reduce((so, dash) => so.replace("-", dash), text),
  );
  typed(
    "typed-with-wide-spaces",
    "spaces that do not break, wide ones, a byte order mark",
    `\ufeff${text.replace("-", "\u00a0").replace("-", "\u3000").replace("-", "\u2028")}`,
  );
  typed("typed-letter-o", "O for 0", text.replaceAll("0", "O"));
  typed("typed-letter-o-small", "o for 0", text.replaceAll("0", "o"));
  typed("typed-letter-i", "I for 1", text.replaceAll("1", "I"));
  typed("typed-letter-i-small", "i for 1", text.replaceAll("1", "i"));
  typed("typed-letter-l", "L for 1", text.replaceAll("1", "L"));
  typed("typed-letter-l-small", "l for 1", text.replaceAll("1", "l"));
  typed("typed-with-2000-spaces", "any number of spaces", text.replace("-", " ".repeat(2000)));

  const refuse = (name: string, code: string, description: string, as: string) => {
    out[`lock/invalid/${name}.json`] = { description, text: as, code };
  };
  const malformed = "code_malformed";
  refuse("empty", malformed, "nothing", "");
  refuse("spaces-alone", malformed, "no symbol", " - ");
  refuse("one-symbol-short", malformed, "55 symbols", bare.slice(0, 55));
  refuse("one-symbol-long", malformed, "57 symbols", `${bare}0`);
  refuse("two-codes", malformed, "112 symbols", `${text}\n${text}`);
  refuse("without-check", malformed, "the 52 symbols of the secret alone", bare.slice(0, 52));
  refuse("letter-u", malformed, "U is no symbol", `U${bare.slice(1)}`);
  refuse("letter-u-small", malformed, "u is no symbol", `u${bare.slice(1)}`);
  refuse("padding", malformed, "= is no symbol", `${bare.slice(0, 55)}=`);
  refuse("underscore", malformed, "_ is no hyphen", text.replace("-", "_"));
  refuse("full-stop", malformed, "a full stop after the code", `${text}.`);
  refuse("check-symbol", malformed, "Crockford's own check symbol", `${text}*`);
  refuse("null-byte", malformed, "U+0000 after the code", `${text}\u0000`);
  refuse("zero-width-space", malformed, "U+200B is no space", text.replace("-", "\u200b"));
  refuse("wide-digit", malformed, "a digit of another width is no symbol", `\uff10${bare.slice(1)}`);
  refuse("dotless-i", malformed, "U+0131, whose capital is I", bare.replace("1", "\u0131"));
  refuse("long-s", malformed, "U+017F, whose capital is S", bare.replace(/^./, "\u017f"));
  refuse("kelvin-sign", malformed, "U+212A, whose small letter is k", bare.replace(/^./, "\u212a"));
  refuse("ligature", malformed, "U+FB01, whose capital are two letters", `\ufb01${bare.slice(2)}`);
  refuse("emoji", malformed, "a symbol outside the basic plane", `\u{1f600}${bare.slice(2)}`);
  refuse("text-after-2000-spaces", malformed, "nothing is cut off unread", `${text}${" ".repeat(2000)}x`);
  const checksum = "code_checksum";
  refuse("first-symbol-mistyped", checksum, "", `Z${bare.slice(1)}`);
  refuse("last-symbol-mistyped", checksum, "", `${bare.slice(0, 55)}${bare[55] === "Z" ? "Y" : "Z"}`);
  refuse("symbols-swapped", checksum, "two neighbours in each other's place", `${bare.slice(0, 8)}${bare[9]}${bare[8]}${bare.slice(10)}`);
  refuse("groups-swapped", checksum, "the first two groups in each other's place", `${bare.slice(4, 8)}${bare.slice(0, 4)}${bare.slice(8)}`);
  refuse("check-of-another", checksum, "the check of another secret", bare.slice(0, 51) + formatCode(new Uint8Array(32)).replaceAll("-", "").slice(51));
  refuse("all-zero", checksum, "56 zeros", "0".repeat(56));
  for (const vector of Object.values(out)) if ("description" in vector && vector.description === "") vector.description = "one symbol is another";
  return out;
}
