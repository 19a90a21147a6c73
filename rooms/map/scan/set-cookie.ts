/** What a Set-Cookie header or an assignment to document.cookie asks for (RFC 6265, section 5.2), less the value. */

export interface CookieWish {
  name: string;
  /** The Domain attribute without its leading dot, or else the host that set it. */
  domain: string;
  /** Life in days, two decimals; null for a session cookie. Zero or less deletes. */
  days: number | null;
}

const DAY = 86_400_000;

/**
 * Reads one cookie.
 *
 * @param text of one Set-Cookie header.
 * @param host that sets it.
 * @param now milliseconds since 1970.
 * @returns undefined where browsers ignore it.
 * @example
 * ```ts
 * parseSetCookie("id=7; Max-Age=86400; Domain=.shop.example", "www.shop.example", 0); // { name: "id", domain: "shop.example", days: 1 }
 * ```
 */
export function parseSetCookie(text: string, host: string, now: number): CookieWish | undefined {
  const [pair = "", ...attributes] = text.slice(0, 8192).split(";");
  const name = (pair.includes("=") ? pair.slice(0, pair.indexOf("=")) : "").trim();
  let domain = host;
  let expires: number | undefined;
  let maxAge: number | undefined;
  for (const attribute of attributes) {
    const [key = "", ...rest] = attribute.split("=");
    const value = rest.join("=").trim();
    switch (key.trim().toLowerCase()) {
      case "domain":
        if (value !== "") domain = value.toLowerCase().replace(/^\./, "");
        break;
      case "expires": {
        const at = Date.parse(value.replaceAll("-", " "));
        if (!Number.isNaN(at)) expires = at;
        break;
      }
      case "max-age":
        if (/^-?\d{1,15}$/.test(value)) maxAge = Number(value) * 1000;
        break;
    }
  }
  // Max-Age goes before Expires (section 5.3).
  const life = maxAge ?? (expires === undefined ? undefined : expires - now);
  return pair.trim() === "" ? undefined : { name, domain, days: life === undefined ? null : daysOf(life) };
}

/** Milliseconds as days, two decimals. */
export function daysOf(milliseconds: number): number {
  return Math.round((milliseconds / DAY) * 100) / 100;
}
