import { readdirSync, readFileSync } from 'node:fs';

/** Of `utime` and `stime` of /proc: USER_HZ, which is 100 on every Linux. */
const ticksPerSecond = 100;

/** Processor seconds of the children that are Node processes (none where there is no /proc). */
function ofChildren(): number {
  let ticks = 0;
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return 0;
  }
  for (const name of names) {
    try {
      const line = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The command in brackets may hold blanks; what follows it does not.
      const [, parent, ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ');
      const isNode = readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith(process.execPath);
      if (Number(parent) === process.pid && isNode) ticks += Number(rest[9]) + Number(rest[10]);
    } catch {
      // It has ended.
    }
  }
  return ticks / ticksPerSecond;
}

/** Processor seconds that this process, with all its threads, and its children of Node have used. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + ofChildren();
}
