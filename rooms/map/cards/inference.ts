/**
 * What an observation speaks for. A request to an advertising domain is not proof of a purpose: the word of a list about the domain, or of a cookie
 * database about the cookie, stands between. So all of it is inferred, and what is not in these tables is a contact without a purpose.
 */
import { labelOf, tcfPurposes } from "@freehold/protocol/vocabulary";

export interface Inference {
  /** DPV purpose, or `tcf:purpose 1`. */
  id: string;
  name: string;
  /** The purposes of TCF that lie within it: one observation does not tell which of them. */
  tcf: readonly number[];
  special: readonly number[];
  /** Purposes of TCF beside it: who declares one of these is not said to have left it out. */
  near: readonly number[];
}

function inference(id: string, tcf: number[], special: number[], near: number[]): Inference {
  return { id, name: id.startsWith("tcf:") ? tcfPurposes[tcf[0]! - 1]!.name : labelOf(id), tcf, special, near };
}

/** By DPV purpose. */
export const inferences: { readonly [purpose: string]: Inference } = {
  "dpv:Advertising": inference("dpv:Advertising", [2, 3, 4, 7], [], [9]),
  "dpv:Marketing": inference("dpv:Marketing", [2, 3, 4, 7, 9], [], []),
  "dpv:ServiceUsageAnalytics": inference("dpv:ServiceUsageAnalytics", [8, 9], [], [7, 10]),
  "dpv:Personalisation": inference("dpv:Personalisation", [5, 6, 11], [], [3, 4]),
  "dpv:EnforceSecurity": inference("dpv:EnforceSecurity", [], [1], []),
  "dpv:TechnicalServiceProvision": inference("dpv:TechnicalServiceProvision", [], [2], []),
  "dpv:LegalCompliance": inference("dpv:LegalCompliance", [], [3], []),
  "dpv:CustomerCare": inference("dpv:CustomerCare", [], [], []),
};

/** A third party that sets a cookie keeps something on the device: seen, not inferred. */
export const storage: Inference = inference("tcf:purpose 1", [1], [], []);

/**
 * The words of lists for what a domain is there for (third-party-web, WhoTracks.me). Absent on purpose, because the word names no purpose:
 * social, social_media, comments, content, extensions, essential, misc, other, unknown, utility.
 */
export const purposeOfCategory: { readonly [category: string]: string } = {
  ad: "dpv:Advertising",
  advertising: "dpv:Advertising",
  pornvertising: "dpv:Advertising",
  marketing: "dpv:Marketing",
  email: "dpv:Marketing",
  analytics: "dpv:ServiceUsageAnalytics",
  site_analytics: "dpv:ServiceUsageAnalytics",
  telemetry: "dpv:ServiceUsageAnalytics",
  "customer-success": "dpv:CustomerCare",
  customer_interaction: "dpv:CustomerCare",
  "consent-provider": "dpv:LegalCompliance",
  consent: "dpv:LegalCompliance",
  cdn: "dpv:TechnicalServiceProvision",
  hosting: "dpv:TechnicalServiceProvision",
  "tag-manager": "dpv:TechnicalServiceProvision",
  video: "dpv:TechnicalServiceProvision",
  audio_video_player: "dpv:TechnicalServiceProvision",
};

/** Data that an observation shows to have been had: the number of TCF's data category, and the term of DPV. */
export interface ObservableData {
  id: "contact" | "cookie" | "characteristics" | "behaviour" | "input";
  tcf: number;
  term: string;
  name: string;
  words: string;
}

export const observableData: { readonly [id in ObservableData["id"]]: ObservableData } = {
  contact: { id: "contact", tcf: 1, term: "pd:IPAddress", name: "IP addresses", words: "every request carries the address that it comes from" },
  cookie: { id: "cookie", tcf: 3, term: "pd:Tracking", name: "Device identifiers", words: "it set a cookie of its own that outlasts the visit" },
  characteristics: {
    id: "characteristics",
    tcf: 2,
    term: "pd:BrowserFingerprint",
    name: "Device characteristics",
    words: "its script drew on a canvas and read the drawing back",
  },
  behaviour: { id: "behaviour", tcf: 6, term: "pd:BrowsingBehaviour", name: "Browsing and interaction data", words: "its script followed the visit" },
  input: { id: "input", tcf: 7, term: "pd:Communication", name: "User-provided data", words: "its script listened to what was typed" },
};

/** Techniques of a scan -> the data that they get. */
export const dataOfTechnique: { readonly [technique: string]: ObservableData["id"] } = {
  "canvas-fingerprinting": "characteristics",
  "session-recording": "behaviour",
  "facebook-pixel": "behaviour",
  "google-remarketing": "behaviour",
  "key-logging": "input",
};
