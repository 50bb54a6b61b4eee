import type { Batching } from './batching.js';
import type { Feed } from './inference-messages.js';

/** Tokens of one text, those around it included. */
export type Tokens = readonly number[];

/** The inputs of a network that reads tokens, each 64-bit whole numbers [batch, tokens]. */
export interface TokenInputs {
  /** Takes the numbers of the tokens. */
  readonly ids: string;
  /** Takes 1 for every token and 0 for what fills up; undefined where the network has no such input. */
  readonly mask: string | undefined;
  /** Takes zeros: all tokens belong to one text. */
  readonly types: string | undefined;
}

/** What goes together. */
export interface TokenBatches {
  readonly inputs: TokenInputs;
  /** What fills up shorter texts. */
  readonly padding: number;
  /** Tokens of a batch, at most, filling included; a longer text goes alone. */
  readonly most: number;
  /** False for networks that look at the whole batch at once, so that neighbours would change a text's numbers. */
  readonly isTogether: boolean;
}

// Texts are filled up to a multiple of it: finer would leave few to go together, coarser would compute on filling.
const step = 8;

function paddedLength({ length }: Tokens): number {
  return Math.ceil(length / step) * step;
}

/**
 * Texts whose lengths fill up to the same go together, so little is computed on filling, and what a text is filled up to, and with it
 * the last bits of its numbers, depends on that text alone.
 */
export function tokenBatching({ inputs, padding, most, isTogether }: TokenBatches): Batching<Tokens> {
  return {
    next(waiting) {
      if (!isTogether) return [0];
      const length = paddedLength(waiting[0]!);
      const count = Math.max(1, Math.floor(most / length));
      const chosen: number[] = [];
      for (let index = 0; index < waiting.length && chosen.length < count; index++)
        if (paddedLength(waiting[index]!) === length) chosen.push(index);
      return chosen;
    },
    feeds(texts) {
      const width = isTogether ? paddedLength(texts[0]!) : texts[0]!.length;
      const feed = (value: (text: Tokens, at: number) => number): Feed => ({
        dims: [texts.length, width],
        data: BigInt64Array.from({ length: texts.length * width }, (_, at) =>
          BigInt(value(texts[Math.floor(at / width)]!, at % width)),
        ),
      });
      return {
        tensors: {
          [inputs.ids]: feed((text, at) => text[at] ?? padding),
          ...(inputs.mask === undefined ? {} : { [inputs.mask]: feed((text, at) => (at < text.length ? 1 : 0)) }),
          ...(inputs.types === undefined ? {} : { [inputs.types]: feed(() => 0) }),
        },
        lengths: texts.map((text) => text.length),
      };
    },
  };
}
