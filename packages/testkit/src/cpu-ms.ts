// What work costs: processor time, which other work on the machine hardly changes, where the clock would make a test fail by chance.

/** Milliseconds of processor time of this process, all its threads, while `work` ran. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
