/** Numbers for the operator, as Prometheus text. Nothing in them speaks of a person, an address or an entry. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { Anchoring } from "../ledger/anchoring.ts";
import type { Log } from "../ledger/log.ts";

export interface Metrics {
  /** Begins to time a request; to be called again with method and status when it is answered. */
  request(): (method: string, status: number) => void;
  text(log: Log, anchoring: Anchoring): Promise<string>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "freehold_" });
  const registers = [registry];
  const requests = new Counter({ name: "freehold_requests_total", help: "Requests answered.", labelNames: ["method", "status"], registers });
  const seconds = new Histogram({
    name: "freehold_request_seconds",
    help: "Time to answer a request.",
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const size = new Gauge({ name: "freehold_log_size", help: "Entries sequenced.", registers });
  const published = new Gauge({ name: "freehold_published_size", help: "Size of the published checkpoint.", registers });
  const publishedAt = new Gauge({ name: "freehold_published_time_seconds", help: "When it was published, seconds since 1970.", registers });
  const waiting = new Gauge({ name: "freehold_entries_waiting", help: "Entries that wait to be sequenced.", registers });
  const witnessed = new Gauge({ name: "freehold_witness_size", help: "Size that a witness cosigned last.", labelNames: ["witness"], registers });
  const anchored = new Gauge({ name: "freehold_anchored_size", help: "Size of the last confirmed anchor.", labelNames: ["chain"], registers });
  const seen = new Gauge({
    name: "freehold_chain_seen_time_seconds",
    help: "When the chain was seen last, seconds since 1970.",
    labelNames: ["chain"],
    registers,
  });
  const trouble = new Gauge({ name: "freehold_chain_trouble", help: "1 while the chain cannot be followed.", labelNames: ["chain"], registers });
  const alarm = new Gauge({ name: "freehold_chain_alarm", help: "1 where somebody else anchors with the register's key.", labelNames: ["chain"], registers });

  return {
    request() {
      const end = seconds.startTimer();
      return (method, status) => {
        end();
        requests.inc({ method, status: String(status) });
      };
    },
    text(log, anchoring) {
      size.set(log.size);
      published.set(log.published?.size ?? 0);
      publishedAt.set(log.published?.time ?? 0);
      waiting.set(log.waiting);
      for (const witness of log.witnesses()) witnessed.set({ witness: witness.name }, witness.size);
      for (const { chainId, seen: at, trouble: why, alarm: raised, anchored: size } of anchoring.chains()) {
        const chain = String(chainId);
        anchored.set({ chain }, size);
        seen.set({ chain }, at ?? 0);
        trouble.set({ chain }, why === null ? 0 : 1);
        alarm.set({ chain }, raised === null ? 0 : 1);
      }
      return registry.metrics();
    },
  };
}
