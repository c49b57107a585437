/** What every command ends with; `docs/cli.md` is made from this table. */
export const EXIT = {
  ok: { code: 0, meaning: 'done' },
  refused: { code: 1, meaning: 'refused or failed; the message says why' },
  usage: { code: 2, meaning: 'the command line is wrong' },
  config: { code: 3, meaning: 'the configuration is not valid' },
  unreachable: { code: 4, meaning: 'no Freehold answers at that address or data directory' },
  data: {
    code: 5,
    meaning: 'the data directory or database cannot be used (in use, newer version, not readable, full)',
  },
  address: { code: 6, meaning: 'the listen address is taken or not allowed' },
  review: { code: 7, meaning: 'a person has to decide: nothing forbids it, and something asks for a look' },
  interrupted: { code: 130, meaning: 'ended by Ctrl-C' },
} as const
