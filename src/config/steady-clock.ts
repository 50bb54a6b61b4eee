/**
 * A clock that never goes back: while `now` shows an earlier time than it, or `notBefore`, has shown, the latest is shown
 * again. What happens later is then never dated earlier, whatever becomes of the system's clock meanwhile.
 */
export function steadyClock(now: () => Date, notBefore: Date): () => Date {
  let latest = notBefore.getTime();
  return () => {
    latest = Math.max(latest, now().getTime());
    return new Date(latest);
  };
}
