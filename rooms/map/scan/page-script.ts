/**
 * What runs in every document of a visit before the page's own scripts: it notes what the page does to the browser and says so over a binding
 * that the page cannot find. The function is sent to the browser as text, so it uses nothing from outside itself.
 */

/** What the page script says: names and addresses, never a value. */
export interface PageNote {
  kind: "cookie" | "canvas-fingerprinting" | "webgl-renderer" | "audio-fingerprinting" | "font-enumeration" | "key-listening";
  /** Of the script; of the document where its code stands in the page; empty where neither has one. */
  script: string;
  /** Origin of the document. */
  origin: string;
  /** Of cookies: name and attributes. */
  text?: string;
}

/**
 * - canvas: text of at least 10 different characters is drawn on a canvas of at least 16 x 16 pixels, which is then read out (after
 *   Englehardt and Narayanan, Online Tracking, 2016, section 6.1);
 * - fonts: 50 fonts are measured or asked for;
 * - keys: a listener for key events on the window, the document, its body, a form or a field.
 */
export function watchPage(bindingName: string, gpc: boolean): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  const tell = scope[bindingName];
  delete scope[bindingName];
  if (gpc) Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true, enumerable: true, configurable: true });
  if (typeof tell !== "function") return;
  const { stringify } = JSON;
  const { apply } = Reflect;
  const told = new Set<string>();

  /** The innermost script with an address: that which called. */
  function caller(): string {
    const at = { stack: "" };
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 30;
    Error.captureStackTrace(at);
    Error.stackTraceLimit = limit;
    return /https?:\/\/[^\s)]+?(?=:\d+:\d+)/.exec(String(at.stack))?.[0] ?? (origin.startsWith("http") ? origin : "");
  }
  function note(kind: string, text?: string): void {
    if (told.size > 500) return;
    const message = stringify({ kind, script: caller(), origin, ...(text !== undefined && { text }) });
    if (told.has(message)) return;
    told.add(message);
    apply(tell as (message: string) => void, undefined, [message]);
  }
  /** A proxy of a native function still reads as native code. */
  function watch(owner: object | undefined, name: string, before: (self: never, args: never) => void): void {
    const members = owner as Record<string, unknown> | undefined;
    const original = members?.[name];
    if (members === undefined || typeof original !== "function") return;
    members[name] = new Proxy(original, {
      apply(target, self, args) {
        try {
          before(self as never, args as never);
        } catch {
          // What the page passed in may be anything; the call itself says what is wrong with it.
        }
        return apply(target, self, args);
      },
    });
  }

  // oxlint-disable-next-line typescript/unbound-method -- it is called with the document that it was called on
  const { set, ...cookie } = Object.getOwnPropertyDescriptor(Document.prototype, "cookie") ?? {};
  if (set !== undefined)
    Object.defineProperty(Document.prototype, "cookie", {
      ...cookie,
      set: new Proxy(set, {
        apply(target, self, args) {
          const [pair = "", ...attributes] = String(args[0]).slice(0, 4096).split(";");
          note("cookie", [`${pair.includes("=") ? pair.slice(0, pair.indexOf("=")) : ""}=-`, ...attributes].join(";"));
          return apply(target, self, args);
        },
      }),
    });

  const drawn = new WeakMap<object, Set<string>>();
  const draw = ({ canvas }: CanvasRenderingContext2D, [text]: [string]) => {
    const characters = drawn.get(canvas) ?? new Set();
    drawn.set(canvas, characters);
    for (const character of String(text).slice(0, 200)) characters.add(character);
  };
  const readOut = (canvas: HTMLCanvasElement) => {
    if (canvas.width >= 16 && canvas.height >= 16 && (drawn.get(canvas)?.size ?? 0) >= 10) note("canvas-fingerprinting");
  };
  const context = globalThis.CanvasRenderingContext2D?.prototype;
  watch(context, "fillText", draw);
  watch(context, "strokeText", draw);
  watch(context, "getImageData", (self: CanvasRenderingContext2D, [, , width, height]: number[]) => {
    if (Math.abs(width! * height!) >= 256) readOut(self.canvas);
  });
  for (const name of ["toDataURL", "toBlob"]) watch(globalThis.HTMLCanvasElement?.prototype, name, (self: HTMLCanvasElement) => readOut(self));

  // UNMASKED_VENDOR_WEBGL and UNMASKED_RENDERER_WEBGL: the name of the graphics card.
  for (const gl of [globalThis.WebGLRenderingContext, globalThis.WebGL2RenderingContext])
    watch(gl?.prototype, "getParameter", (_self, [name]: [number]) => {
      if (name === 37445 || name === 37446) note("webgl-renderer");
    });
  watch(globalThis.OfflineAudioContext?.prototype, "startRendering", () => note("audio-fingerprinting"));

  const fonts = new Set<string>();
  const font = (name: unknown) => {
    if (fonts.size < 50 && fonts.add(String(name).slice(0, 200)).size === 50) note("font-enumeration");
  };
  watch(context, "measureText", (self: CanvasRenderingContext2D) => font(self.font));
  watch(globalThis.FontFaceSet?.prototype, "check", (_self, [name]: [string]) => font(name));
  watch(globalThis as unknown as object, "queryLocalFonts", () => note("font-enumeration"));

  watch(EventTarget.prototype, "addEventListener", (self: unknown, [type]: [string]) => {
    if (type !== "keydown" && type !== "keyup" && type !== "keypress") return;
    if (
      self === undefined ||
      self === null ||
      self instanceof Window ||
      self instanceof Document ||
      self instanceof HTMLBodyElement ||
      self instanceof HTMLFormElement ||
      self instanceof HTMLInputElement ||
      self instanceof HTMLTextAreaElement
    )
      note("key-listening");
  });
}

/** The forms of a document: where each sends to, and its fields by kind. Runs in the page. */
export function readForms(): { sendsTo: string; fields: Record<string, number> }[] {
  return [...document.forms].slice(0, 100).map((form) => {
    const fields: Record<string, number> = {};
    for (const field of [...form.elements].slice(0, 1000)) {
      if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)) continue;
      if (field.type === "hidden" || field.type === "submit" || field.type === "button" || field.type === "reset" || field.type === "image") continue;
      // The last word of `autocomplete` says more than the type: `shipping street-address`.
      const told = field.autocomplete.trim().split(/\s+/).at(-1)?.toLowerCase() ?? "";
      const kind = /^[a-z][a-z0-9-]{0,39}$/.test(told) && told !== "on" && told !== "off" ? told : field.type;
      fields[kind] = (fields[kind] ?? 0) + 1;
    }
    return { sendsTo: form.action, fields };
  });
}
