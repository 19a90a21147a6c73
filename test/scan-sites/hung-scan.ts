/** A scan that hangs, as a process of its own, for a test that kills it. */
import { scanSite } from "../../rooms/map/scan/scan.ts";
import { SITES } from "./sites.ts";
import { serveWeb } from "./web.ts";

const web = await serveWeb({ sites: SITES });
const shown = setInterval(() => web.asked.has("hang.test") && console.log("asked"), 100);
await scanSite("https://hang.test/", { network: web.network, browser: { sandbox: false, args: web.args } });
clearInterval(shown);
web.close();
