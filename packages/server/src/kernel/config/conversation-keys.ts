import { z } from 'zod'
import { integer, row } from './key-row.ts'

/** What conversations are kept like, and what is offered in them. */
export const CONVERSATION_KEYS = {
  'conversations.enabled': row({
    schema: z.boolean().default(true),
    meaning:
      'Whether conversations are offered; off, those that there are stay where they are and nobody sees them.',
    expects: 'true or false',
    reload: 'live',
  }),
  'conversations.model': row({
    schema: z.string().min(1).max(256).default('extract-1'),
    meaning: 'The model that answers in conversations where nobody chose one.',
    expects: 'the name of a model',
    reload: 'live',
  }),
  'conversations.temporaryHours': row({
    schema: integer(1, 8760).default(24),
    meaning: 'How long a temporary conversation is kept, in hours; counts for those that begin afterwards.',
    expects: 'a whole number of hours from 1 to 8760 (a year)',
    reload: 'live',
  }),
  'conversations.runsAtOnce': row({
    schema: integer(1, 1000).default(10),
    meaning: 'How many answers may be made for one person, or one program, at the same time by each process.',
    expects: 'a whole number from 1 to 1000',
    reload: 'live',
  }),
  'conversations.home': row({
    schema: z.enum(['database', 'blobs']).default('database'),
    meaning:
      'Where the bodies of closed conversations lie, encrypted either way; set back to database, they return by themselves.',
    expects: 'one of database, blobs',
    reload: 'live',
  }),
  'conversations.closedAfterDays': row({
    schema: integer(1, 3650).default(30),
    meaning:
      'After how many days without a word a conversation counts as closed; an archived one does at once.',
    expects: 'a whole number of days from 1 to 3650',
    reload: 'live',
  }),
  'conversations.openShares': row({
    schema: z.enum(['none', 'public', 'internal', 'confidential']).default('internal'),
    meaning:
      'The highest class of which a branch may be shared with anybody who has the link, without signing in; none: only with people of the tenant.',
    expects: 'one of none, public, internal, confidential',
    reload: 'live',
  }),
} as const
