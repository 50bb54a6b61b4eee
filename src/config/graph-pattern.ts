/** True when `graph` is `pattern`, or begins with it up to a trailing `*`. */
export function matchesPattern(graph: string, pattern: string): boolean {
  return pattern.endsWith('*') ? graph.startsWith(pattern.slice(0, -1)) : graph === pattern;
}
