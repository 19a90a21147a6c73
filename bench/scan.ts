/** Scans a served site that loads from 30 third parties, in all three states of its banner. */
import { banner, load } from "../test/scan-sites/sites.ts";
import { html, pixel, script, serveWeb } from "../test/scan-sites/web.ts";
import type { Site } from "../test/scan-sites/web.ts";
import { scanSite } from "../rooms/map/scan/scan.ts";
import { report } from "./report.ts";

const names = Array.from({ length: 30 }, (_, i) => `party${i}.test`);
const [always, onAcceptance] = [names.slice(0, 10), names.slice(10)];
const sites: Record<string, Site> = {
  "busy.test": html(
    `${banner({ reject: "second", accepted: onAcceptance.map(tag).join("") })}<form><input type="email"></form><script>${always.map(tag).join("")}</script>`,
    { "set-cookie": "sid=1" },
  ),
};
for (const name of names) {
  sites[`cdn.${name}`] = script(`document.cookie = "_${name}=1; max-age=86400"; localStorage.setItem("${name}", "1"); ${load(`https://px.${name}/p.gif`)}`);
  sites[`px.${name}`] = pixel("uid=1; Max-Age=86400");
}

function tag(name: string): string {
  return `{ const tag = document.createElement("script"); tag.src = "https://cdn.${name}/tag.js"; document.documentElement.append(tag); }`;
}

const web = await serveWeb({ sites });
try {
  const options = { network: web.network, browser: { sandbox: process.getuid?.() !== 0, args: web.args } };
  const start = performance.now();
  const { visits } = await scanSite("https://busy.test/", options);
  const seconds = (performance.now() - start) / 1000;
  const found = visits.map(({ thirdParties }) => thirdParties.length).join(", ");
  report("A site with 30 third parties, 10 at once and 20 on acceptance; two visits side by side", [
    { figure: "three states, with the start of the browser", measured: `${seconds.toFixed(1)} s`, goal: "<= 20 s", met: seconds <= 20 },
    { figure: "third parties found: unanswered, refused, accepted", measured: found, goal: "10, 10, 30", met: found === "10, 10, 30" },
  ]);
} finally {
  web.close();
}
