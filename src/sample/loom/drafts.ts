/** A weave draft: which threads lie on top over one repeat of the weave. */
export interface Draft {
  readonly warps: number;
  readonly wefts: number;
  /** 1 where the warp thread is on top; row (weft) by row. */
  readonly warpUp: Uint8Array;
  /** Share of a binding point that the long floats beside it slide over and hide, 0–1. */
  readonly hidden: number;
  /** True when most of the face is warp. */
  readonly warpFaced: boolean;
}

function draft(repeat: number, hidden: number, up: (warp: number, weft: number) => boolean): Draft {
  const [warps, wefts] = [repeat, repeat];
  const warpUp = new Uint8Array(warps * wefts);
  for (let weft = 0; weft < wefts; weft++) {
    for (let warp = 0; warp < warps; warp++) warpUp[weft * warps + warp] = up(warp, weft) ? 1 : 0;
  }
  const ups = warpUp.reduce((sum, value) => sum + value, 0);
  return { warps, wefts, warpUp, hidden, warpFaced: ups * 2 >= warpUp.length };
}

/** Tabby: over one, under one. */
export const tabby: Draft = draft(2, 0, (warp, weft) => (warp + weft) % 2 === 0);

/** Twill whose warp goes over `over` and under `under` wefts, one thread further at each pick. */
export function twill(over: number, under: number): Draft {
  const repeat = over + under;
  return draft(repeat, over === under ? 0.1 : 0.4, (warp, weft) => (warp + weft) % repeat < over);
}

/**
 * Warp-faced satin on `ends` threads: one binding point per thread, `step` threads apart from pick to pick.
 * `step` and `ends` must have no common divisor, and 1 < step < ends − 1.
 */
export function satin(ends: number, step: number): Draft {
  return draft(ends, ends > 5 ? 0.7 : 0.6, (warp, weft) => (warp * step + weft) % ends !== 0);
}

/** The same weave seen from the back: warp and weft change places on top. A satin becomes a sateen. */
export function reverse(face: Draft): Draft {
  return { ...face, warpUp: face.warpUp.map((up) => 1 - up), warpFaced: !face.warpFaced };
}

/** The weaves that the loom is threaded for; every repeat divides 40. */
export const drafts = {
  tabby,
  twill: twill(3, 1),
  'weft twill': twill(1, 3),
  'even twill': twill(2, 2),
  satin: satin(8, 3),
  sateen: reverse(satin(8, 3)),
  'five-end satin': satin(5, 2),
  'five-end sateen': reverse(satin(5, 2)),
} as const satisfies Record<string, Draft>;
