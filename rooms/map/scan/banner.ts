/**
 * The consent banner of a page, found and answered by the rules of @duckduckgo/autoconsent (MPL-2.0). They run in a world of their own beside the page's
 * scripts, as in a browser extension: the page sees clicks, and nothing else of them.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AutoConsentCMPRule, ContentScriptMessage } from "@duckduckgo/autoconsent";
import type { CDPSession } from "playwright-core";

export interface BannerWatch {
  /** Who made the banner, by the name of the rule, once one is in view. */
  readonly found: Promise<string>;
  readonly provider: string | undefined;
  /** Whether the rules know an answer to it, once found. */
  readonly answerable: boolean;
  /** Answers it. Resolves when that is done; undefined members are not known. */
  answer(how: "refused" | "accepted"): Promise<{ answered: boolean; confirmed?: boolean }>;
}

const WORLD = "freehold-banner";
const BINDING = "freeholdBanner";
/** What the heuristic calls banners without a button to refuse: its opt-out would press the one that accepts. */
const ONLY_ACCEPTS = /^HEURISTIC-TIER/;
const require = createRequire(import.meta.url);

interface Autoconsent {
  version: string;
  script: string;
  rules: readonly AutoConsentCMPRule[];
}
let loaded: Autoconsent | undefined;

/** The package as it is installed: its version, its script for pages, its rules. */
export function autoconsent(): Autoconsent {
  if (loaded !== undefined) return loaded;
  // Which of its builds is found depends on who asks; all lie in one folder.
  const code = join(require.resolve("@duckduckgo/autoconsent"), "../autoconsent.cjs.js");
  const { version } = JSON.parse(readFileSync(join(code, "../../package.json"), "utf8")) as { version: string };
  const { autoconsent: rules } = JSON.parse(readFileSync(require.resolve("@duckduckgo/autoconsent/rules/rules.json"), "utf8")) as {
    autoconsent: AutoConsentCMPRule[];
  };
  // The heuristic finds banners that no rule knows, and can refuse them; it cannot accept, but has sorted the buttons.
  const script = `(() => {
    if (globalThis.freeholdReceive !== undefined || !location.protocol.startsWith("http")) return;
    const module = { exports: {} }; const exports = module.exports;
    ${readFileSync(code, "utf8")}
    const send = globalThis.${BINDING};
    const consent = new module.exports.default((message) => (send(JSON.stringify(message)), Promise.resolve()), null, null);
    globalThis.freeholdReceive = (message) => consent.receiveMessageCallback(message);
    globalThis.freeholdAccept = () => {
      const buttons = consent.foundCmp.popups[0].buttons;
      const button = buttons.find((one) => one.regexClassification === "accept") ?? buttons.find((one) => one.regexClassification === "acknowledge");
      button?.element.click();
      return button !== undefined;
    };
  })()`;
  loaded = { version, script, rules };
  return loaded;
}

/** The rules that can matter in a document: sending all to every frame takes longer than the page. */
function rulesFor(rules: readonly AutoConsentCMPRule[], url: string, top: boolean): AutoConsentCMPRule[] {
  return rules.filter(({ runContext = {} }) => {
    if (top ? runContext.main === false : runContext.frame !== true) return false;
    return !runContext.urlPattern || new RegExp(runContext.urlPattern).test(url);
  });
}

/** Begins to look for a banner; call before the page is loaded. */
export async function watchBanner(cdp: CDPSession): Promise<BannerWatch> {
  const { script, rules } = autoconsent();
  const cosmetic = new Set(rules.filter((rule) => rule.cosmetic === true).map(({ name }) => name));
  const { promise: found, resolve: setFound } = Promise.withResolvers<string>();
  const { promise: outcome, resolve: setOutcome } = Promise.withResolvers<{ answered: boolean; confirmed?: boolean }>();
  /** Frame and world of each execution context. */
  const contexts = new Map<number, { frame: string; world: "page" | "banner" }>();
  /** Contexts in which a banner stands that waits for an answer. */
  const open = new Map<number, string>();
  let provider: string | undefined;
  let answerable = false;
  let how: "refused" | "accepted" | undefined;
  let selfTest: number | undefined;

  const run = (context: number, expression: string) =>
    cdp.send("Runtime.evaluate", { contextId: context, expression, awaitPromise: true, returnByValue: true }).then(
      ({ result }) => result.value as unknown,
      () => undefined,
    );
  const receive = (context: number, message: object) => void run(context, `void freeholdReceive(${JSON.stringify(message)})`);

  async function give(context: number, name: string): Promise<void> {
    if (!name.startsWith("HEURISTIC")) return receive(context, { type: how === "refused" ? "optOut" : "optIn" });
    if (how === "refused") return receive(context, { type: "optOut" });
    setOutcome({ answered: (await run(context, "freeholdAccept()")) === true });
  }

  async function hear(context: number, message: ContentScriptMessage): Promise<void> {
    const at = contexts.get(context);
    if (at === undefined) return;
    switch (message.type) {
      case "init": {
        const config = {
          enabled: true,
          autoAction: null,
          enablePrehide: false,
          heuristicMode: "tier2",
          logs: { errors: false },
        };
        receive(context, { type: "initResp", config, rules: { autoconsent: rulesFor(rules, message.url, at.frame === topFrame) } });
        break;
      }
      case "eval": {
        const page = [...contexts].find(([, other]) => other.world === "page" && other.frame === at.frame)?.[0];
        const result = page === undefined ? false : await run(page, message.code);
        receive(context, { type: "evalResp", id: message.id, result: result ?? false });
        break;
      }
      case "popupFound": {
        const name = message.cmp;
        // Rules that only hide, and banners without a way to refuse, are no answer.
        const can = !cosmetic.has(name) && !(how === "refused" && ONLY_ACCEPTS.test(name));
        if (provider === undefined || (can && !answerable)) provider = name;
        answerable ||= can;
        if (can) open.set(context, name);
        setFound(name);
        if (how !== undefined && can) await give(context, name);
        break;
      }
      case "optOutResult":
        selfTest = message.scheduleSelfTest ? context : undefined;
        if (!message.result) setOutcome({ answered: false });
        break;
      case "optInResult":
        if (!message.result) setOutcome({ answered: false });
        break;
      case "autoconsentDone":
        if (selfTest === undefined) setOutcome({ answered: true });
        else receive(selfTest, { type: "selfTest" });
        break;
      case "selfTestResult":
        setOutcome({ answered: true, confirmed: message.result });
        break;
    }
  }

  cdp.on("Runtime.executionContextCreated", ({ context: { id, name, auxData } }) => {
    const { frameId, isDefault } = (auxData ?? {}) as { frameId?: string; isDefault?: boolean };
    if (frameId !== undefined && (isDefault === true || name === WORLD)) contexts.set(id, { frame: frameId, world: isDefault === true ? "page" : "banner" });
  });
  cdp.on("Runtime.executionContextDestroyed", ({ executionContextId }) => {
    contexts.delete(executionContextId);
    // The page went on while the answer was given: many do so because of it. Whether it took is seen by whether it asks again.
    if (open.delete(executionContextId) && how !== undefined) setTimeout(() => setOutcome({ answered: open.size === 0 }), 2500).unref();
  });
  cdp.on("Runtime.bindingCalled", ({ name, payload, executionContextId }) => {
    if (name === BINDING) void hear(executionContextId, JSON.parse(payload) as ContentScriptMessage);
  });
  await cdp.send("Runtime.enable");
  const topFrame = (await cdp.send("Page.getFrameTree")).frameTree.frame.id;
  await cdp.send("Runtime.addBinding", { name: BINDING, executionContextName: WORLD });
  await cdp.send("Page.addScriptToEvaluateOnNewDocument", { source: script, worldName: WORLD });

  return {
    found,
    get provider() {
      return provider;
    },
    get answerable() {
      return answerable;
    },
    async answer(wanted) {
      how = wanted;
      const waiting = [...open].filter(([, name]) => wanted === "accepted" || !ONLY_ACCEPTS.test(name));
      if (waiting.length === 0) return { answered: false };
      await Promise.all(waiting.map(([context, name]) => give(context, name)));
      return outcome;
    },
  };
}
