/** Preloaded into a server under measurement (`node --expose-gc --import`): says what it has used, when asked; memory is what is left after it has given back all that it can. */
process.on("message", () => {
  const cpu = process.cpuUsage();
  const { rss: busy } = process.memoryUsage();
  // V8 keeps the pages of a heap that was once large, until it is told that memory is short.
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  process.send!({ cpu: (cpu.user + cpu.system) / 1e6, memory: process.memoryUsage(), busy });
});
process.channel!.unref();
