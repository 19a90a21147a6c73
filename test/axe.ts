/** What is wrong with a page for people who use it otherwise: axe's findings, and what overflows. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** Each rule of axe that the page breaks, with the elements. */
export async function violations(page: Page): Promise<unknown[]> {
  // Through the debugger: the page's own policy allows no foreign script.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: (context: Document, options: object) => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
    };
    // The size of targets is part of WCAG 2.2 AA, and off by default.
    const found = await axe.run(document, { rules: { "target-size": { enabled: true } } });
    return found.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`) }));
  });
}

/** By how many pixels the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Light and dark, phone and desk. */
export const looks = (["light", "dark"] as const).flatMap((colorScheme) => [390, 1280].map((width) => [colorScheme, width] as const));
