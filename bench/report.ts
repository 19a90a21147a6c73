/** What all benchmarks print: a figure, what was measured, against what in the same run, and the goal. */

export interface Row {
  figure: string;
  measured: string;
  /** The peer or limit measured in the same run, and the ratio to it. */
  against?: string;
  goal?: string;
  /** Whether the goal is met; left out where the row is only for information. */
  met?: boolean;
}

/** Prints the rows as an aligned table. */
export function report(title: string, rows: readonly Row[]): void {
  const cells = rows.map(({ figure, measured, against = "", goal = "", met }) => [
    figure,
    measured,
    against,
    goal,
    met === undefined ? "" : met ? "met" : "NOT MET",
  ]);
  const all = [["figure", "measured", "against, same run", "goal", ""], ...cells];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  console.log(`\n${title}`);
  for (const row of all)
    console.log(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd()}`,
    );
}

/** Calls work until `milliseconds` of CPU have gone, several times, and returns the median microseconds of CPU for one call. */
export function cpuMicroseconds(work: () => void, { milliseconds = 400, rounds = 5 } = {}): number {
  work();
  const results: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let calls = 0;
    const before = process.cpuUsage();
    let spent = 0;
    do {
      work();
      calls++;
      const { user, system } = process.cpuUsage(before);
      spent = user + system;
    } while (spent < milliseconds * 1000);
    results.push(spent / calls);
  }
  return median(results);
}

/** The median milliseconds of CPU that a call of asynchronous work costs this process: what other processes do in the meantime does not count. */
export async function cpuMilliseconds(work: () => Promise<unknown>, { calls = 50, rounds = 5 } = {}): Promise<number> {
  for (let i = 0; i < 60; i++) await work();
  const results: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < calls; i++) await work();
    const { user, system } = process.cpuUsage(before);
    results.push((user + system) / 1000 / calls);
  }
  return median(results);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString("en");
}
