/** Of what the bodies are wanted. */
type Wanted = { readonly conversation: string } | { readonly message: string } | { readonly run: string }

/**
 * What was asked for lies in an object, and its row has none of it. Whoever opens the transaction brings it back and runs it
 * again; nobody else catches this.
 */
export class BodiesAway extends Error {
  readonly wanted: Wanted

  constructor(wanted: Wanted) {
    super('the bodies of this conversation lie in an object')
    this.name = 'BodiesAway'
    this.wanted = wanted
  }
}
