/**
 * What a log field can hold: numbers, booleans, ids and words of ours. A text that a person wrote, or a secret,
 * does not match a word's pattern and is printed as `[refused]`.
 */
export type LogField = 'id' | 'word' | 'count' | 'ms' | 'bytes' | 'flag' | 'place'

/** Every event that can be logged and its fields. `place` is a file path, port or address of the operator's own set-up. */
export const LOG_EVENTS = {
  'server.starting': { version: 'word', node: 'word' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, LogField>>>>
