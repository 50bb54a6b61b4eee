import { between, pick, type Random } from '../chance.js';
import type { Design, Variety } from '../design.js';
import type { Truth } from '../truth.js';
import type { Cloth, Commission } from './cloth.js';
import { embroider } from './embroidery.js';
import { type Exposure, photograph, type PhotographStyle } from './photograph.js';
import { weaveVelvet } from './velvet.js';
import { dyeCloth, weave } from './woven.js';
import { type Noise, spin } from './yarn.js';

/** Makes the cloth that a design and a truth ask for. */
export function makeCloth(random: Random, design: Design, truth: Truth): Cloth {
  // Damask shows only where the light rakes along one set of threads: photographers look for that light.
  const raking = pick(random, [0, Math.PI / 2]) + between(random, -0.5, 0.5);
  const coarse = truth.material === 'vegetal_fibre';
  const commission: Commission = {
    design,
    material: truth.material,
    fibre: spin(random, truth.material),
    pitch: pick(
      random,
      woven(design.variety) ? (coarse ? [2, 2, 3] : [1, 1, 2, 2]) : coarse ? [2, 3, 3] : [2, 2, 3],
    ),
    light: truth.technique === 'damask' ? raking : between(random, 0, Math.PI),
  };
  switch (design.variety) {
    case 'plain velvet':
    case 'voided velvet':
    case 'ciselé velvet':
    case 'coloured velvet':
      return weaveVelvet(random, commission);
    case 'silk embroidery':
    case 'shaded embroidery':
    case 'couched embroidery':
      return embroider(random, commission);
    case 'print':
    case 'warp print':
      return dyeCloth(random, commission);
    default:
      return weave(random, commission);
  }
}

function woven(variety: Variety): boolean {
  return /damask|lampas|brocatelle|twill/.test(variety);
}

/** The photographs of one piece: the first shows it whole or filling the frame, the others are details from near by. */
export function weavePhotographs(
  random: Random,
  design: Design,
  truth: Truth,
  style: PhotographStyle,
  noise: Noise,
  count: number,
): Exposure[] {
  if (count === 0) return [];
  const cloth = makeCloth(random, design, truth);
  return Array.from({ length: count }, (_, index) => photograph(random, cloth, style, noise, index > 0));
}
