/** What a model is: enough to read it back, to say how good it was, and to put another in its place. */
export interface ModelArtifact<Kind extends string, Schema> {
  readonly kind: Kind
  /** How texts become its inputs, and what its outputs are called. */
  readonly schema: Schema
  readonly weights: Float32Array
  /** Figures of its training, by name. */
  readonly metrics: Readonly<Record<string, number>>
}
