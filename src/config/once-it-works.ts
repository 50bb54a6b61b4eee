/** Calls `open` when it is first needed, and again only after it has failed; who asks meanwhile shares the call. */
export function onceItWorks<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return async () => {
    opened ??= open();
    try {
      return await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
}
