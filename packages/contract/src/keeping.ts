import { z } from 'zod'

/** One line of at most 500 characters, which stands in the record. */
export const reason = z
  .string()
  .trim()
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,500}$/u, 'must be one line of at most 500 characters')
const instant = z.iso.datetime({ offset: true })

const SCOPES = ['person', 'collection', 'time', 'everything'] as const

/** Which fields say what is held. */
const FIELDS = {
  person: ['person'],
  collection: ['collection'],
  time: ['since', 'until'],
  everything: [],
} as const satisfies Readonly<Record<(typeof SCOPES)[number], readonly string[]>>
const ALL_FIELDS = ['person', 'collection', 'since', 'until'] as const

export const holdInput = z
  .strictObject({
    scope: z.enum(SCOPES),
    person: z.uuid().optional(),
    collection: z.uuid().optional(),
    /** Records made from this moment on, and before that one. */
    since: instant.optional(),
    until: instant.optional(),
    /** Why it must be kept: a matter, a file number. It is stored encrypted. */
    reason,
    /** It counts until then; without it, until it is lifted. */
    expiresAt: instant.optional(),
  })
  .superRefine((hold, context) => {
    const needed: readonly string[] = FIELDS[hold.scope]
    for (const name of ALL_FIELDS) {
      if ((hold[name] !== undefined) === needed.includes(name)) continue
      const message = needed.includes(name) ? 'is missing' : `does not belong to ${hold.scope}`
      context.addIssue({ code: 'custom', path: [name], message })
    }
    if (
      hold.since !== undefined &&
      hold.until !== undefined &&
      Date.parse(hold.since) >= Date.parse(hold.until)
    )
      context.addIssue({ code: 'custom', path: ['until'], message: 'must be later than since' })
  })
export const holdView = z.object({
  id: z.string(),
  scope: z.enum(SCOPES),
  person: z.string().nullable(),
  collection: z.string().nullable(),
  since: z.string().nullable(),
  until: z.string().nullable(),
  reason: z.string(),
  creator: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  liftedAt: z.string().nullable(),
})

export const erasureInput = z.strictObject({
  /** Stands in the record: a ticket, not the person's name. */
  reason,
  /** Only counts, and changes nothing. */
  dryRun: z.boolean().default(false),
})
/**
 * What may be held of a person, by room and kind, and what erasing the person makes of it: it goes, or it stays with the
 * tenant without the name.
 */
export const HELD_OF_PEOPLE = {
  'gateway.request': 'stays',
  'gateway.egress': 'goes',
  'gateway.budget': 'goes',
  'gateway.routing': 'stays',
  'privacy.vault': 'goes',
  'knowledge.document': 'stays',
  'knowledge.reader': 'stays',
  'knowledge.collection': 'stays',
  'knowledge.source': 'stays',
  'knowledge.question': 'stays',
  'skills.skill': 'stays',
  'skills.skill_user': 'stays',
  'skills.workflow': 'goes',
  'skills.skill_review': 'stays',
  'loop.approval': 'goes',
  'loop.tool_grant': 'goes',
  'assistant.message': 'goes',
  'assistant.attachment': 'goes',
  'assistant.artifact': 'goes',
  'assistant.conversation': 'goes',
  'assistant.project': 'goes',
  'assistant.note': 'goes',
  'identity.session': 'goes',
  'identity.authorisation': 'goes',
  'identity.key': 'goes',
  'identity.factor': 'goes',
  'identity.identity_elsewhere': 'goes',
  'identity.directory': 'goes',
  'identity.invitation': 'goes',
  'identity.policies': 'stays',
  'identity.account': 'goes',
  'audit.event': 'stays',
  'audit.hold': 'stays',
} as const satisfies Readonly<Record<string, 'goes' | 'stays'>>

export const erasureView = z.object({
  /** Null: only counted. */
  id: z.string().nullable(),
  state: z.enum(['counted', 'erasing', 'done']),
  /** By room and kind, as in `HELD_OF_PEOPLE`. */
  counts: z.record(z.string(), z.int()),
})
