/** One operation, as a client needs to know it: where it is, what it takes, and when it may be asked for once more. */
export interface Row {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ANY'
  /** Parameters in braces. */
  readonly path: string
  readonly body?: 'json' | 'form'
  readonly query?: true
  /** A model or a service answers: asked for twice, it costs twice. */
  readonly model?: true
  /** A POST that changes nothing. */
  readonly reads?: true
  /** Nobody has to be known for it. */
  readonly open?: true
  /** Answered without a body. */
  readonly empty?: true
  /** Answered with one JSON object a line. */
  readonly lines?: true
  /** Answered with a file as it is. */
  readonly bytes?: true
  /** It takes a file as well. */
  readonly file?: true
  /** It takes CSV as well. */
  readonly csv?: true
  /** The type of a text that it gives as well, what that is called, and the word of the query that asks for it. */
  readonly text?: readonly [type: string, name: string, format?: string]
  /** Of a list that goes on: the field that holds it, and the parameter that continues it. */
  readonly items?: 'data' | 'entries'
  readonly cursor?: 'after' | 'from'
  /** For a browser to go to, or a connection to keep: no call. */
  readonly apart?: true
}
