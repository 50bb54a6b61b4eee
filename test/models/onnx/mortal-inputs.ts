/** An input that holds it takes the process down, every time. */
export const deadly = 666;
/** The same, but only the first time, as if someone had killed the process. */
export const deadlyOnce = 667;
/** The process does nothing any more. */
export const sleepy = 668;
