/** The evidence of a case as one ZIP that anybody can read without Freehold, and verify with or without it. The same case gives the same bytes. */
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { zipSync } from "fflate";
import type { Facts } from "./letters/complaint.ts";
import { chooseLanguage } from "./letters/languages.ts";
import { citationOf, sentenceOf } from "./letters/law.ts";
import type { Text } from "./letters/law.ts";
import { escapeHtml, page, wrap } from "./letters/letter.ts";
import type { Letter } from "./letters/letter.ts";

export interface Bundle {
  readonly facts: Facts;
  readonly complaint: Letter;
  readonly mandate?: Letter;
  /** The trust policy under which the receipts were verified, as text. */
  readonly policy: string;
}

const SAYS: { readonly [key in "title" | "read" | "proven" | "asserted" | "files" | "none" | "from" | "file" | "review" | "law" | "checked"]: Text } = {
  title: { en: "Evidence", de: "Belege" },
  read: {
    en: "Begin with complaint.txt. The left column below can be verified from the files (VERIFY.txt says how); the right one is stated by the person who complains. Nothing here needs a program or the network to be read.",
    de: "Beginnen Sie mit complaint.txt. Die linke Spalte unten lässt sich aus den Dateien nachprüfen (VERIFY.txt sagt, wie); die rechte gibt die Person an, die sich beschwert. Zum Lesen braucht es weder ein Programm noch das Netz.",
  },
  proven: { en: "Proven", de: "Bewiesen" },
  asserted: { en: "Stated", de: "Angegeben" },
  files: { en: "Files", de: "Dateien" },
  none: { en: "Nothing.", de: "Nichts." },
  from: { en: "from", de: "aus" },
  file: { en: "file", de: "Datei" },
  review: { en: "not certain: compare it with the official text", de: "nicht sicher: mit dem amtlichen Text vergleichen" },
  law: {
    en: "These are the sentences of the letters, in which the organisation is addressed as you. They are information in plain words and not legal advice.",
    de: "Das sind die Sätze der Schreiben, in denen die Organisation angesprochen wird. Sie sind Information in einfachen Worten und keine Rechtsberatung.",
  },
  checked: { en: "checked", de: "geprüft" },
};

const VERIFY: Text = {
  en: `How to verify

1. That no file was changed after it was packed (any system with coreutils; on macOS: shasum -a 256 -c SHA256SUMS):

   sha256sum -c SHA256SUMS

2. Each receipt, in one command, on your own computer. It fetches nothing and believes nobody but policy.txt; it exits with 0 where everything holds, and names the step where something does not:

   npx freehold verify receipts/1.json --policy policy.txt

   policy.txt names the register's key, its witnesses and how many of them must agree. Whom to believe is your decision: take the keys from the register and the witnesses themselves, and compare.

3. The signature alone, with nothing but Node.js. It prints true:

   node -e 'const c=require("crypto"),r=JSON.parse(require("fs").readFileSync("receipts/1.json")),[h,p,s]=r.record.split(".");console.log(c.verify("sha256",Buffer.from(h+"."+p),{key:c.createPublicKey({key:r.key,format:"jwk"}),dsaEncoding:"ieee-p1363"},Buffer.from(s,"base64url")))'

4. That a letter is the one that the signed statement names: its SHA-256 must be the member "letter" of the record.

   sha256sum letters/1.txt
   cat records/1.json

In words: the record is a text that was signed with a key made for this one organisation (ES256, RFC 7515). The entry in the register hides it in a commitment, which the opening in the receipt opens. The proof (C2SP tlog-proof) is a path of SHA-256 hashes from the entry to the root of the register's tree (RFC 6962); the root was signed by the register and cosigned, with the time, by independent witnesses. The record itself names an older root (its beacon), so it was signed after that one and entered before the other. The register could not read it, and cannot put it in later, change it, or take it out without evidence that anybody can check.

What this does not prove: who the person is, that a letter arrived, that nobody answered, or what the organisation did. Those are stated, and marked so.
`,
  de: `Wie man es nachprüft

1. Dass nach dem Packen keine Datei geändert wurde (jedes System mit coreutils; unter macOS: shasum -a 256 -c SHA256SUMS):

   sha256sum -c SHA256SUMS

2. Jeden Beleg, mit einem Befehl, auf dem eigenen Rechner. Er lädt nichts und glaubt niemandem als policy.txt; er endet mit 0, wenn alles stimmt, und nennt sonst den Schritt, der scheitert:

   npx freehold verify receipts/1.json --policy policy.txt

   policy.txt nennt den Schlüssel des Registers, seine Zeugen und wie viele von ihnen übereinstimmen müssen. Wem Sie glauben, entscheiden Sie: Holen Sie die Schlüssel beim Register und bei den Zeugen selbst, und vergleichen Sie.

3. Die Signatur allein, nur mit Node.js. Es erscheint true:

   node -e 'const c=require("crypto"),r=JSON.parse(require("fs").readFileSync("receipts/1.json")),[h,p,s]=r.record.split(".");console.log(c.verify("sha256",Buffer.from(h+"."+p),{key:c.createPublicKey({key:r.key,format:"jwk"}),dsaEncoding:"ieee-p1363"},Buffer.from(s,"base64url")))'

4. Dass ein Schreiben das ist, das die signierte Erklärung nennt: sein SHA-256-Wert muss im Eintrag "letter" der Erklärung stehen.

   sha256sum letters/1.txt
   cat records/1.json

In Worten: Die Erklärung ist ein Text, der mit einem Schlüssel nur für diese eine Organisation signiert wurde (ES256, RFC 7515). Der Eintrag im Register verbirgt sie in einer Festlegung (commitment), die der Öffnungswert im Beleg öffnet. Der Nachweis (C2SP tlog-proof) ist ein Weg aus SHA-256-Werten vom Eintrag zur Wurzel des Registers (RFC 6962); die Wurzel ist vom Register signiert und von unabhängigen Zeugen mit der Zeit gegengezeichnet. Die Erklärung selbst nennt eine ältere Wurzel (beacon): Sie wurde also nach jener signiert und vor dieser eingetragen. Das Register konnte sie nicht lesen und kann sie nicht nachträglich einfügen, ändern oder entfernen, ohne dass ein Beweis dafür bleibt, den alle prüfen können.

Was das nicht beweist: wer die Person ist, dass ein Schreiben ankam, dass niemand antwortete oder was die Organisation tat. Das ist angegeben und so gekennzeichnet.
`,
};

/**
 * The files of the bundle, by name, in the order of the ZIP.
 *
 * @throws `argument_invalid` where a proven fact rests on a file that is not there.
 * @example
 * ```ts
 * const names = [...evidenceFiles(bundle).keys()]; // "README.txt", "index.html", "complaint.txt", …
 * ```
 */
export function evidenceFiles({ facts, complaint, mandate, policy }: Bundle): Map<string, string> {
  const { language } = chooseLanguage(facts.language);
  const missing = facts.proven.find(({ file }) => !facts.files.has(file));
  if (missing !== undefined) throw new FreeholdError("argument_invalid", `A fact is called proven by ${missing.file}, which is not enclosed.`);
  const files = new Map<string, string>([
    ["complaint.txt", complaint.text],
    ...(mandate === undefined ? [] : ([["mandate.txt", mandate.text]] as const)),
    ["facts.txt", factsText(facts, language)],
    ["law.txt", lawText(facts, language)],
    ...facts.files,
    ["policy.txt", policy],
    ["VERIFY.txt", wrapProse(VERIFY[language])],
  ]);
  const readme = wrapProse(
    `${SAYS.title[language]}: ${complaint.subject}\n\n${SAYS.read[language]}\n\n${[...files.keys(), "index.html", "SHA256SUMS"].join("\n")}\n`,
  );
  const all = new Map([["README.txt", readme], ["index.html", indexPage(facts, language, complaint.subject, ["README.txt", ...files.keys()])], ...files]);
  const sums = [...all].map(([name, text]) => `${toHex(sha256(utf8(text)))}  ${name}\n`).join("");
  return all.set("SHA256SUMS", sums);
}

/**
 * The ZIP. Nothing in it is compressed and every date in it is 1 January 1980, so that the same files give the same bytes everywhere.
 *
 * @example
 * ```ts
 * const zip = evidenceZip(evidenceFiles({ facts, complaint, policy }));
 * ```
 */
export function evidenceZip(files: ReadonlyMap<string, string>): Uint8Array {
  const entries = Object.fromEntries([...files].map(([name, text]) => [name, utf8(text)]));
  // The parts of a ZIP's dates are those of the local clock: made from local parts, they are the same in every time zone.
  return zipSync(entries, { level: 0, mtime: new Date(1980, 0, 1) });
}

function factsText({ proven, asserted }: Facts, language: keyof Text): string {
  const say = chooseLanguage(language).words.complaint;
  const list = (lines: readonly string[]) =>
    lines.length === 0 ? `${SAYS.none[language]}\n` : lines.map((line, i) => `${wrap(`${i + 1}. ${line}`)}\n`).join("\n");
  const part = (title: string, note: string, lines: readonly string[]) => `${title}\n${"=".repeat(title.length)}\n\n${wrap(note)}\n\n${list(lines)}`;
  return [
    part(
      SAYS.proven[language],
      say.provenNote,
      proven.map(({ says, file }) => `${says} [${SAYS.file[language]}: ${file}]`),
    ),
    part(
      SAYS.asserted[language],
      say.assertedNote,
      asserted.map(({ says, from }) => `${says} [${SAYS.from[language]}: ${from}]`),
    ),
  ].join("\n\n");
}

function lawText({ law }: Facts, language: keyof Text): string {
  const sentences = law.map(sentenceOf).map((sentence) => {
    const { text, source, checked, needsReview } = sentence;
    return `${wrap(text[language])}\n  ${citationOf(sentence, language)}\n  ${source.url}\n  ${SAYS.checked[language]}: ${checked}${needsReview ? `, ${SAYS.review[language]}` : ""}\n`;
  });
  return [`${wrap(SAYS.law[language])}\n`, ...sentences].join("\n");
}

function indexPage({ proven, asserted }: Facts, language: keyof Text, subject: string, names: readonly string[]): string {
  const items = (lines: readonly string[]) =>
    lines.length === 0 ? `<p>${SAYS.none[language]}</p>` : `<ol>${lines.map((line) => `<li>${line}</li>`).join("")}</ol>`;
  const link = (name: string) => `<a href="${escapeHtml(name)}">${escapeHtml(name)}</a>`;
  const body = `<h1>${escapeHtml(subject)}</h1>
<p>${escapeHtml(SAYS.read[language])}</p>
<table>
<thead><tr><th scope="col">${SAYS.proven[language]}</th><th scope="col">${SAYS.asserted[language]}</th></tr></thead>
<tbody><tr><td class="proven">${items(proven.map(({ says, file }) => `${escapeHtml(says)} (${link(file)})`))}</td><td class="asserted">${items(asserted.map(({ says, from }) => `${escapeHtml(says)} (${SAYS.from[language]}: ${escapeHtml(from)})`))}</td></tr></tbody>
</table>
<h2>${SAYS.files[language]}</h2>
<ul>${[...names, "SHA256SUMS"].map((name) => `<li>${link(name)}</li>`).join("")}</ul>`;
  return page(language, `${SAYS.title[language]}: ${subject}`, body);
}

/** Lines are wrapped, but commands, which begin with spaces, are not. */
function wrapProse(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.startsWith("   ") && /^ {3}(?:sha256sum|npx|node|cat) /.test(line) ? line : wrap(line)))
    .join("\n");
}
