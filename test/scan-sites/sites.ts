/** The sites of the test web, and what is true of each: the scanner's findings must say exactly that. */
import type { Ending, State } from "../../rooms/map/scan/scan-file.ts";
import { html, pixel, script } from "./web.ts";
import type { Site } from "./web.ts";

const DAY = 86_400;

/** Asks for a picture. */
export const load = (url: string) => `new Image().src = ${JSON.stringify(url)};`;

/** A banner with the elements of "cookieconsent" by Orest Bida, which autoconsent knows; `answers` run when a button is pressed. */
export function banner({ reject, refused = "", accepted = "" }: { reject: "first" | "second" | "none"; refused?: string; accepted?: string }): string {
  const necessary = (kind: string) => `<button class="${kind}" data-role="necessary" onclick="answer('no')">Reject all</button>`;
  return `<div id="cc-main"><div class="cm-wrapper" style="position:fixed;bottom:0"><p>This website uses cookies.</p>
    <button class="cm__btn" data-role="all" onclick="answer('yes')">Accept all</button>
    ${reject === "first" ? necessary("cm__btn") : ""}
    ${reject === "second" ? `<button class="cm__btn" data-role="show" onclick="settings.hidden = false">Settings</button>` : ""}
    <div id="settings" hidden>${reject === "second" ? necessary("pm__btn") : ""}</div></div></div>
    <script>function answer(what) {
      document.querySelector(".cm-wrapper").remove();
      document.cookie = "cc_cookie=" + what + "; max-age=" + ${182 * DAY};
      setTimeout(() => { if (what === "yes") { ${accepted} } else { ${refused} } }, 2000);
    }</script>`;
}

/** A banner that no rule knows. */
const UNKNOWN_BANNER = `<div role="dialog" style="position:fixed;top:0">We use cookies to make this website better.
  <button onclick="answer('no')">Reject all</button> <button onclick="answer('yes')">Accept all</button></div>
  <script>function answer(what) {
    document.querySelector("[role=dialog]").remove();
    setTimeout(() => { if (what === "yes") { ${load("https://px.obey.test/p.gif")} } }, 2000);
  }</script>`;

const FINGERPRINT = `{
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  canvas.getContext("2d").fillText("How vexingly quick", 0, 20);
  canvas.toDataURL();
  const context = new OfflineAudioContext(1, 100, 44100);
  context.startRendering();
}`;

const redirect =
  (to: (path: string) => string): Site =>
  (_request, response, path) =>
    response.writeHead(302, { location: to(path) }).end();

/** Sends without end, `bytes` every `milliseconds`. */
const endless =
  (bytes: number, milliseconds: number): Site =>
  (_request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    const piece = Buffer.alloc(bytes, "<p>words</p>");
    const timer = setInterval(() => response.writableNeedDrain || response.write(piece), milliseconds);
    response.once("close", () => clearInterval(timer));
  };

export const SITES: Readonly<Record<string, Site>> = {
  // Third parties.
  "px.ignore.test": pixel(`uid=7; Max-Age=${390 * DAY}`),
  "px.obey.test": pixel("seen=1"),
  "tag.obey.test": script(`document.cookie = "_obey=1; max-age=${DAY}"; localStorage.setItem("obey", "1"); ${load("https://px.obey.test/p.gif")}`),
  "px.late.test": pixel(),
  "cdn.fp.test": script(FINGERPRINT),
  "frame.widget.test": html(`<script src="https://cdn.fp.test/fp.js"></script>`),
  "k.keys.test": script(`document.addEventListener("keydown", () => {}); addEventListener("click", () => {});`),
  "stats.cloaked.test": pixel("c=1; Max-Age=86400"),
  "img.cloaked.test": pixel(),

  // Banners.
  "first.test": html(
    `${banner({
      reject: "first",
      refused: load("https://px.ignore.test/after.gif"),
      accepted: `${load("https://px.ignore.test/after.gif")} const tag = document.createElement("script"); tag.src = "https://tag.obey.test/t.js"; document.body.append(tag);`,
    })}<script>${load("https://px.ignore.test/p.gif?person=1")}</script>`,
    { "set-cookie": "sid=1; HttpOnly" },
  ),
  "second.test": html(banner({ reject: "second", refused: load("https://px.ignore.test/after.gif"), accepted: load("https://px.obey.test/p.gif") })),
  "noway.test": html(banner({ reject: "none", accepted: load("https://px.obey.test/p.gif") })),
  "unknown.test": html(UNKNOWN_BANNER),

  // Without one.
  "slow.test": html(`<script>addEventListener("load", () => setTimeout(() => { ${load("https://px.late.test/l.gif")} }, 3000))</script>`),
  "www.cloaked.test": html(`<img src="https://stats.cloaked.test/s.gif"><img src="https://img.cloaked.test/i.gif">`),
  "finger.test": html(`<iframe src="https://frame.widget.test/"></iframe><script src="https://k.keys.test/k.js"></script>
    <form action="https://desk.keys.test/in" method="post"><input type="email" name="mail"><input type="password"><input autocomplete="shipping street-address"><input type="hidden" name="h"><textarea></textarea></form>`),
  "gpc.test": (request, response) =>
    html(`<script>document.cookie = "navigator-" + navigator.globalPrivacyControl + "=1"</script>`, {
      "set-cookie": `header-${String(request.headers["sec-gpc"] ?? "none")}=1`,
    })(request, response, "/"),
  "moved.test": redirect(() => "https://first.test/?from=moved"),

  // What a scanner must live through.
  "loop.test": redirect((path) => `https://loop.test/${Number(path.slice(1)) + 1}`),
  "hop.test": html(`<script>setTimeout(() => { location.href = "/" + Math.random() }, 20)</script>`),
  "file.test": (_request, response) =>
    response.writeHead(200, { "content-type": "application/octet-stream", "content-disposition": 'attachment; filename="a.bin"' }).end("1234"),
  "talk.test": html(`<script>
    alert("a"); confirm("b"); prompt("c");
    open("https://popup.test/");
    Notification.requestPermission().then((answer) => localStorage.setItem("notification-" + answer, "1"));
    navigator.geolocation.getCurrentPosition(() => localStorage.setItem("place", "1"), ({ code }) => localStorage.setItem("place-error-" + code, "1"));
    const frame = document.createElement("iframe"); frame.src = "https://file.test/"; document.documentElement.append(frame);
    onbeforeunload = () => "stay";</script>`),
  "popup.test": html("A window."),
  "huge.test": endless(1024 * 1024, 1),
  "drip.test": endless(1, 200),
  "broken.test": html("Never seen."),
  "hang.test": html(`<script>addEventListener("load", () => setTimeout(() => { for (;;); }, 50))</script>`),
  "many.test": html(`<script>setInterval(() => { new Image().src = "https://px.late.test/" + Math.random(); }, 1)</script>`),
  "inward.test": redirect(() => "http://internal.test/secret"),
  "nosy.test": html(`<img src="http://internal.test/a.png"><img src="https://internal.test/b.png"><img src="http://127.0.0.1:8080/"><img src="http://[::1]/">
    <script>new WebSocket("wss://internal.test/")</script><iframe src="http://169.254.169.254/latest/meta-data/"></iframe>`),
};

export const ADDRESSES = { "internal.test": "10.0.0.5", localhost: "127.0.0.1", "nowhere.test": null } as const;
export const ALIASES = {
  "www.cloaked.test": ["edge.hosting.test"],
  "img.cloaked.test": ["edge.hosting.test"],
  "stats.cloaked.test": ["eu.collect.test", "in.tracker-c.test"],
} as const;
export const BROKEN = ["broken.test"];

/** `domain: [requests before the answer, after it]`. */
type Parties = Record<string, readonly [before: number, after: number]>;
/** `name domain: life in days, when, set by`. */
type Cookies = Record<string, readonly [days: number | null, phase: "before" | "after", by: "response" | "script"]>;

export interface Truth {
  url: string;
  state: State;
  banner: { found: boolean; provider?: string; answered: boolean; confirmed?: boolean };
  parties: Parties;
  cookies: Cookies;
}

const SID = { "sid first.test": [null, "before", "response"] } as const;
const UID = { "uid ignore.test": [390, "before", "response"] } as const;
const known = (answered: boolean) => ({ found: true, provider: "cookieconsent3", answered });
const none = { found: false, answered: false };

/** The served truth. */
export const TRUTH: readonly Truth[] = [
  { url: "https://first.test/", state: "unanswered", banner: known(false), parties: { "ignore.test": [1, 0] }, cookies: { ...SID, ...UID } },
  {
    url: "https://first.test/",
    state: "refused",
    banner: { ...known(true), confirmed: true },
    parties: { "ignore.test": [1, 1] },
    cookies: { ...SID, ...UID, "cc_cookie first.test": [182, "before", "script"] },
  },
  {
    url: "https://first.test/",
    state: "accepted",
    banner: known(true),
    parties: { "ignore.test": [1, 1], "obey.test": [0, 2] },
    cookies: {
      ...SID,
      ...UID,
      "cc_cookie first.test": [182, "after", "script"],
      "_obey first.test": [1, "after", "script"],
      "seen obey.test": [null, "after", "response"],
    },
  },
  { url: "https://second.test/", state: "unanswered", banner: known(false), parties: {}, cookies: {} },
  {
    url: "https://second.test/",
    state: "refused",
    banner: { ...known(true), confirmed: true },
    parties: { "ignore.test": [0, 1] },
    cookies: { "cc_cookie second.test": [182, "before", "script"], "uid ignore.test": [390, "after", "response"] },
  },
  {
    url: "https://second.test/",
    state: "accepted",
    banner: known(true),
    parties: { "obey.test": [0, 1] },
    cookies: { "cc_cookie second.test": [182, "after", "script"], "seen obey.test": [null, "after", "response"] },
  },
  { url: "https://noway.test/", state: "refused", banner: known(false), parties: {}, cookies: {} },
  {
    url: "https://noway.test/",
    state: "accepted",
    banner: known(true),
    parties: { "obey.test": [0, 1] },
    cookies: { "cc_cookie noway.test": [182, "after", "script"], "seen obey.test": [null, "after", "response"] },
  },
  {
    url: "https://unknown.test/",
    state: "refused",
    banner: { found: true, provider: "HEURISTIC-REJECT", answered: true, confirmed: true },
    parties: {},
    cookies: {},
  },
  {
    url: "https://unknown.test/",
    state: "accepted",
    banner: { found: true, provider: "HEURISTIC-REJECT", answered: true },
    parties: { "obey.test": [0, 1] },
    cookies: { "seen obey.test": [null, "after", "response"] },
  },
  { url: "https://slow.test/", state: "refused", banner: none, parties: { "late.test": [1, 0] }, cookies: {} },
  {
    url: "https://www.cloaked.test/",
    state: "unanswered",
    banner: none,
    parties: { "tracker-c.test": [1, 0] },
    cookies: { "c cloaked.test": [1, "before", "response"] },
  },
  {
    url: "https://finger.test/",
    state: "unanswered",
    banner: none,
    parties: { "widget.test": [1, 0], "fp.test": [1, 0], "keys.test": [1, 0] },
    cookies: {},
  },
  { url: "https://moved.test/", state: "unanswered", banner: known(false), parties: { "ignore.test": [1, 0] }, cookies: { ...SID, ...UID } },
];

/** What pages that misbehave come to. */
export const ENDS: readonly [url: string, ended: Ending, reached: boolean][] = [
  ["https://loop.test/0", "redirects", false],
  ["https://hop.test/", "redirects", true],
  ["https://file.test/", "download", false],
  ["https://huge.test/", "bytes", true],
  ["https://drip.test/", "time", true],
  ["https://hang.test/", "time", true],
  ["https://broken.test/", "tls", false],
  ["https://many.test/", "requests", true],
  ["https://inward.test/", "private-address", false],
  ["https://nowhere.test/", "unreachable", false],
  ["http://nowhere.test/", "unreachable", false],
];
