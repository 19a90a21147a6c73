/** Text for a terminal: safe, wrapped, aligned, coloured where that is wanted. */
import { styleText } from "node:util";

/** What is known of the place where the text will be read. */
export interface Page {
  width: number;
  colour: boolean;
}

type Style = Parameters<typeof styleText>[0];

/** The column of the names of steps and of what is known, and the column after it. */
const NAME = 2;
const TEXT = 19;

/**
 * Text of others with everything made visible that could move the cursor or turn the direction of writing. Long texts are cut.
 *
 * @example
 * ```ts
 * visible("Acme\u001b[2K"); // "Acme\\u{1b}[2K"
 * ```
 */
export function visible(text: string): string {
  const cut = text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
  return cut.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/gu, (symbol) => `\\u{${symbol.codePointAt(0)!.toString(16)}}`);
}

/** Styles a text, where the page has colour. No style is `[]`. */
export function paint(style: Style, text: string, { colour }: Page): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}

/** A text in lines no wider than the page; words are not broken. The lines after the first begin with `indent` spaces. */
export function wrap(text: string, { width }: Page, indent = 0): string {
  const lines = [""];
  for (const word of visible(text).split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (indent + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}

/** One line of a list: a mark, a name, and a text that hangs in its own column. `rest` is the style of name and text. */
export function row(mark: string, name: string, text: string, page: Page, styles: { mark?: Style; rest?: Style } = {}): string {
  const words = `${visible(name).padEnd(TEXT - NAME)}${wrap(text, page, TEXT)}`.trimEnd();
  if (mark === "" && words === "") return "\n";
  const { mark: markStyle = [], rest = [] } = styles;
  return `${paint(markStyle, mark, page)}${" ".repeat(NAME - mark.length)}${paint(rest, words, page)}\n`;
}

/** A document as JSON that a terminal shows as it is: control characters beyond those that JSON itself escapes are escaped too. */
export function json(document: unknown): string {
  const escape = (symbol: string) => `\\u${symbol.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(document, null, 2).replace(/[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu, escape)}\n`;
}
