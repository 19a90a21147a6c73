/** HAR 1.2 of a visit: addresses and headers, no contents. It is evidence and stays private: addresses have their queries here. */
import type { SeenRequest } from "./recorder.ts";

/** The text of a HAR file (http://www.softwareishard.com/blog/har-12-spec/); sizes that are not known are -1, as it says. */
export function harOf(visit: { title: string; startedAt: number; requests: readonly SeenRequest[]; creator: { name: string; version: string } }): string {
  const { title, startedAt, requests, creator } = visit;
  const unknown = { headersSize: -1, bodySize: -1 };
  const log = {
    version: "1.2",
    creator,
    pages: [{ startedDateTime: new Date(startedAt).toISOString(), id: "page", title, pageTimings: {} }],
    entries: requests.map(({ at, ended, method, url, type, headers, response, failure }) => {
      const header = (name: string) => response?.headers.find((one) => one.name.toLowerCase() === name)?.value ?? "";
      const time = Math.max(0, (ended ?? at) - at);
      return {
        pageref: "page",
        startedDateTime: new Date(at).toISOString(),
        time,
        request: {
          method,
          url,
          httpVersion: "",
          cookies: [],
          headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
          queryString: URL.canParse(url) ? [...new URL(url).searchParams].map(([name, value]) => ({ name, value })) : [],
          ...unknown,
        },
        response: {
          status: response?.status ?? 0,
          statusText: response?.statusText ?? "",
          httpVersion: "",
          cookies: [],
          headers: response?.headers ?? [],
          content: { size: -1, mimeType: header("content-type") },
          redirectURL: header("location"),
          ...unknown,
          ...(failure !== undefined && { _error: failure }),
        },
        cache: {},
        timings: { send: 0, wait: time, receive: 0 },
        _resourceType: type,
      };
    }),
  };
  return `${JSON.stringify({ log }, null, 1)}\n`;
}
