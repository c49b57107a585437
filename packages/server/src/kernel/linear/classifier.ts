import type { FeatureSchema } from './features.ts'
import { FeatureReader, TEXT_FEATURES } from './features.ts'
import type { ModelArtifact } from './model-artifact.ts'
import { scoresOf, soften, trainSoftmax } from './softmax.ts'

/** A text and the name of what it is. */
export interface Example {
  readonly text: string
  readonly label: string
}

interface ClassifierSchema {
  readonly features: FeatureSchema
  /** In the order of the weights. */
  readonly labels: readonly string[]
}

export type ClassifierArtifact = ModelArtifact<'softmax', ClassifierSchema>

export interface Guess {
  readonly label: string
  /** Among the labels that there are; says little of a text that is none of them. */
  readonly probability: number
  /** How far the probability is above the next one's. */
  readonly margin: number
  /** The winner's score before it was compared: a text like none of the examples has a low one. */
  readonly score: number
}

const SEED = 1

/** Learns from examples; the same examples in the same order give the same weights everywhere. */
export function trainClassifier(examples: readonly Example[], seed = SEED): ClassifierArtifact {
  const labels = [...new Set(examples.map(({ label }) => label))]
  const numbers = new Map(labels.map((label, number) => [label, number]))
  const reader = new FeatureReader(TEXT_FEATURES)
  const lessons = examples.map(({ text, label }) => ({
    features: reader.read(text),
    label: numbers.get(label) ?? 0,
  }))
  const weights = trainSoftmax(lessons, {
    buckets: TEXT_FEATURES.buckets,
    classes: labels.length,
    seed,
  })
  return {
    kind: 'softmax',
    schema: { features: TEXT_FEATURES, labels },
    weights,
    metrics: { examples: examples.length },
  }
}

/** Says which of the labels of a model a text is. */
export class Classifier {
  readonly #artifact: ClassifierArtifact
  readonly #reader: FeatureReader
  readonly #scores: Float64Array

  constructor(artifact: ClassifierArtifact) {
    const { features, labels } = artifact.schema
    if (artifact.weights.length !== features.buckets * labels.length || labels.length === 0)
      throw new Error('the weights do not fit the schema of the model')
    this.#artifact = artifact
    this.#reader = new FeatureReader(features)
    this.#scores = new Float64Array(labels.length)
  }

  guess(text: string): Guess {
    const scores = this.#scores
    scoresOf(this.#artifact.weights, this.#reader.read(text), scores)
    let best = 0
    for (let label = 1; label < scores.length; label++)
      if ((scores[label] ?? 0) > (scores[best] ?? 0)) best = label
    const score = scores[best] ?? 0
    soften(scores)
    let next = 0
    for (let label = 0; label < scores.length; label++)
      if (label !== best) next = Math.max(next, scores[label] ?? 0)
    const probability = scores[best] ?? 0
    return { label: this.#artifact.schema.labels[best] ?? '', probability, margin: probability - next, score }
  }
}
