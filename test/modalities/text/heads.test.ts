import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelVote } from '../../../src/learning/kernel-vote.js';
import { seededRandom } from '../../../src/learning/random.js';
import type { LabelledCase } from '../../../src/modalities/case.js';
import { documentOf } from '../../../src/modalities/text/document.js';
import { classWeights, fitHead, headScores } from '../../../src/modalities/text/heads.js';
import { mostTexts, similarTexts } from '../../../src/modalities/text/similar-texts.js';
import { stack, Vectoriser, VocabularyBuilder } from '../../../src/modalities/text/vocabulary.js';
import { near } from '../../learning/golden-numbers.js';
import { collection, tasks } from '../collection.js';

const limits = { minimumLength: 20, maximumLength: 2000 };

test('what the columns of a document weigh adds up to the logarithms of the scores, but for the bias', () => {
  const isRead = ({ record }: LabelledCase): boolean => documentOf(record, limits, undefined) !== undefined;
  const cases = collection(60, 1).filter(isRead);
  const documents = cases.map(({ record }) => documentOf(record, limits, undefined)!);
  const builder = new VocabularyBuilder();
  for (const document of documents) builder.add(document);
  const vectoriser = new Vectoriser(builder.finish());
  const features = stack(
    documents.map((document) => vectoriser.vector(document)),
    vectoriser.width,
  );
  const vote = {
    kernel: new KernelVote(similarTexts(features, vectoriser.gramWidth, seededRandom(1), mostTexts)),
    weight: 0.4,
  };
  const task = tasks[0]!;
  const labels = cases.map((labelled) => labelled.labels[task.name]);
  const fit = fitHead(task, features, labels, 'rescaling', seededRandom(1));
  let step = fit.next();
  while (!step.done) step = fit.next();
  const head = step.value!;
  for (const { record } of collection(10, 2).filter(isRead)) {
    const vector = vectoriser.vector(documentOf(record, limits, undefined)!);
    const seen = { vector, cosines: vote.kernel.cosines(vector) };
    const scores = headScores(head, vote, seen);
    const logits = Array.from(head.learnt, (classIndex, k) => {
      const weight = classWeights(head, vote, seen, classIndex);
      const sum = vector.columns.reduce(
        (total, column, at) => total + weight(column) * vector.values[at]!,
        0,
      );
      return sum + head.bias[k]!;
    });
    const first = head.learnt[0]!;
    head.learnt.forEach((classIndex, k) =>
      assert.ok(near(logits[k]! - logits[0]!, Math.log(scores[classIndex]! / scores[first]!), 1e-5)),
    );
  }
});
