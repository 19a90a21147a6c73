/** The quick start of a guide in Markdown, as passages for a page: its snippets are those that the guide's tests run. */
import type { Passage } from "./views/props.ts";

/** Of the section `## <title>`, or of the whole where there is no such section: headings, paragraphs (a list item is one) and fenced code; no tables. */
export function quickStartOf(markdown: string, title = "Quick start"): Passage[] {
  const out: Passage[] = [];
  const isTitle = (heading: string) => heading.trim().toLowerCase() === title.toLowerCase();
  const whole = !markdown.split("\n").some((line) => line.startsWith("## ") && isTitle(line.slice(3)));
  let inside = whole;
  let code: { language: string; lines: string[] } | null = null;
  let words: string[] = [];
  const flush = () => {
    if (words.length > 0) out.push({ kind: "words", text: words.join(" ") });
    words = [];
  };
  for (const line of markdown.split("\n")) {
    if (code !== null) {
      if (line.startsWith("```")) {
        if (inside) out.push({ kind: "code", language: code.language, text: code.lines.join("\n") });
        code = null;
      } else code.lines.push(line);
      continue;
    }
    if (line.startsWith("```")) {
      flush();
      code = { language: line.slice(3).trim(), lines: [] };
      continue;
    }
    const [, marks, heading] = /^(#{1,6}) (.+)$/.exec(line) ?? [];
    if (marks !== undefined && heading !== undefined) {
      flush();
      if (!whole && marks.length <= 2) inside = isTitle(heading);
      else if (inside && marks.length > 1) out.push({ kind: "heading", text: heading.trim() });
      continue;
    }
    if (!inside || line.startsWith("|")) continue;
    const item = /^\s*(?:[-*]|\d+\.) (.+)$/.exec(line);
    if (line.trim() === "" || item !== null) flush();
    // Emphasis and links are read as what they say.
    const text = (item?.[1] ?? line.trim()).replaceAll(/\*\*([^*]+)\*\*/g, "$1").replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1");
    if (text !== "") words.push(text);
  }
  flush();
  return out;
}
