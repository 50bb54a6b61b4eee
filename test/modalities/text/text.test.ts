import { createTextModality } from '../../../src/modalities/text/index.js';
import { collection, record, tasks } from '../collection.js';
import { hostileTexts } from '../hostile-texts.js';
import { modalitySuite } from '../suite.js';

const limits = { minimumLength: 20, maximumLength: 2000 };
const textCase = (value: string) => ({
  record: record(1, { texts: [{ value, language: '' }] }),
  opinions: {},
});

for (const imbalance of ['cross-entropy', 'rescaling', 'uniform-sampling', 'focal'] as const) {
  modalitySuite(`text, ${imbalance}`, () => ({
    modality: createTextModality({ ...limits, imbalance }),
    tasks,
    train: collection(150, 1),
    validation: collection(40, 2),
    test: collection(60, 3),
    silentCase: textCase('too short'),
    hostileCases: [
      ...hostileTexts.map(textCase),
      textCase('𝔰𝔦𝔩𝔨 '.repeat(30_000)),
      textCase('絹織物の断片、花模様、金糸で刺繍された法衣の一部である。'),
    ],
  }));
}
