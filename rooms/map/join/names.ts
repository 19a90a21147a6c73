/** Names of organisations: what of them is compared, and what stands in an address. */

/** Legal forms, in the letters that are left of them: `S.p.A.` -> `spa`. They say how a company is held, not which it is. */
const LEGAL_FORMS = new Set(
  (
    "inc incorporated llc ltd limited plc corp corporation co company lp llp pbc gmbh mbh ag kg kgaa ohg ug eg ev gbr gesmbh sa sas sasu sarl sprl srl spa snc " +
    "scrl scs sca bv nv vof bvba cv cvba se oy oyj ab as asa aps hf ehf ou oue uab sia zrt kft nyrt doo dd ad eood ood ooo oao zao pao ao sro spzoo sl slu slne " +
    "sau sac ltda sapi cvsa pty pte pvt private proprietary kk kabushiki kaisha gk bhd sdn jsc pjsc tov too fzllc fze dmcc lda unipessoal eireli ei me spol public stock"
  ).split(" "),
);

/** Words that sources add or leave out as they like. Only ever dropped at the end of a name, and never the whole of it. */
const FILLERS = new Set("the group groupe gruppe holding holdings and und et technologies technology".split(" "));

/** Letters that no normal form takes apart. */
const FOLDED: { [letter: string]: string } = { ß: "ss", ø: "o", ł: "l", æ: "ae", œ: "oe", đ: "d", ð: "d", þ: "th", ı: "i" };
const MARKS = /\p{M}+/gu;
const UNFOLDED = /[ßøłæœđðþı]/g;

function folded(text: string): string {
  return text
    .normalize("NFKD")
    .replace(MARKS, "")
    .toLowerCase()
    .replace(UNFOLDED, (letter) => FOLDED[letter]!);
}

/**
 * What two names must share to be the same name: letters and digits without case, accents, spaces, legal form and filler words. Empty
 * where nothing is left.
 *
 * @example
 * ```ts
 * normaliseName("Criteo S.A."); // "criteo"
 * normaliseName("The Trade Desk, Inc."); // "tradedesk"
 * normaliseName("33 Across"); // "33across"
 * ```
 */
export function normaliseName(name: string): string {
  const words = folded(name.slice(0, 300))
    .replace(/&/g, " and ")
    // A name that is a domain: `Booking.com B.V.`; before the dots of legal forms go.
    .replace(/(\p{L}[\p{L}\p{N}-]{2,})\.(com|net|org|io|ai|tv|co\.uk|de|fr|at|ch|nl|it|es|pl|eu|info|app|me|ru)(?=$|[^\p{L}\p{N}.])/gu, "$1")
    .replace(/[.'’`´]/g, "")
    .replace(/\bsp z o ?o\b/g, "spzoo")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  while (words.length > 1 && (LEGAL_FORMS.has(words.at(-1)!) || FILLERS.has(words.at(-1)!) || isSplitForm(words))) words.pop();
  if (words.length > 1 && words[0] === "the") words.shift();
  return words.join("");
}

/** `S A`, `B V`: single letters at the end that together are a legal form. Leaves the last for the caller to drop. */
function isSplitForm(words: string[]): boolean {
  const [before, last] = [words.at(-2)!, words.at(-1)!];
  if (words.length < 3 || before.length !== 1 || last.length !== 1 || !LEGAL_FORMS.has(before + last)) return false;
  words.pop();
  return true;
}

/**
 * The forms of names: as they are, without and within brackets, both sides of "d/b/a"; each normalised, at least two letters.
 *
 * @example
 * ```ts
 * nameKeys(["Exponential Interactive, Inc d/b/a VDX.tv"]); // ["exponentialinteractiveincdbavdx", "exponentialinteractive", "vdx"]
 * ```
 */
export function nameKeys(names: readonly string[]): string[] {
  const keys = new Set<string>();
  for (const given of names) {
    const name = given.slice(0, 300);
    const bare = name.replace(/\([^()]*\)|\[[^[\]]*\]/g, " ").trim();
    const sides = bare.split(/\s+(?:d\/?b\/?a|t\/a|trading as|formerly|f\/?k\/?a|a\/?k\/?a)\b:?\s*/i);
    for (const one of [name, bare, ...(sides.length > 1 ? sides : [])]) {
      const key = normaliseName(one);
      if (key.length >= 2) keys.add(key);
    }
  }
  return [...keys];
}

/**
 * A name as part of an address: `a-z0-9-`, at most 60 characters; undefined where nothing of it can be written so.
 *
 * @example
 * ```ts
 * slugOf("Ströer Digital Media GmbH"); // "stroer-digital-media-gmbh"
 * ```
 */
export function slugOf(name: string): string | undefined {
  const slug = folded(name.slice(0, 300))
    .replace(/&/g, " and ")
    .replace(/['’`´]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
  return slug === "" ? undefined : slug;
}
