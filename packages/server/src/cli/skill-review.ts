import { parseArgs } from 'node:util'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { SkillDecision } from '@freehold/contract/skill-reviews.ts'
import { EXIT } from './exit-codes.ts'
import { actOf, exactly, minute, pages } from './people-names.ts'
import { textOf } from './skill-report-text.ts'
import { alignedTable } from './table.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText, UsageError } from './terminal.ts'

type ReviewTerminal = Pick<Terminal, 'out'> & { readonly client: Pick<Terminal['client'], 'call'> }

const OPTIONS = {
  all: { type: 'boolean', default: false },
  zh: { type: 'boolean', default: false },
  reason: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const
type Values = ReturnType<typeof parse>['values']
const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })

type Verb = (words: readonly string[], values: Values, terminal: ReviewTerminal) => Promise<void>
const VERBS: Readonly<Record<string, Verb>> = {
  list,
  show,
  approve: (words, values, terminal) => decide('approve', words, values, terminal),
  reject: (words, values, terminal) => decide('reject', words, values, terminal),
}
const BELONGS = { all: ['list'], zh: ['list', 'show'], reason: ['approve', 'reject'] }

/** Decides about skills whose check asks for a person. */
export const skillReview: Command & {
  readonly run: (args: readonly string[], terminal: ReviewTerminal) => Promise<number>
} = {
  help: helpText({
    summary: 'Decide about skills whose check asks for a person',
    usage: [
      'freehold skill review list [--all] [--zh] [--json]',
      'freehold skill review show REVIEW [--zh] [--json]',
      'freehold skill review approve REVIEW --reason TEXT [--json]',
      'freehold skill review reject REVIEW --reason TEXT [--json]',
    ].join('\n       '),
    options: {
      REVIEW: 'the id of a review, as list shows it',
      '--all': 'list: also those that were decided',
      '--reason TEXT': 'what was looked at, and why that is enough; it is kept',
      '--zh': 'in Chinese',
      '--json': 'one line of JSON, as the API answers',
    },
    examples: ['freehold skill review list', 'freehold skill review list --all --json'],
  }),
  run: reviewCommand,
}

/** @returns 0 done @throws UsageError, RefusedError */
async function reviewCommand(args: readonly string[], terminal: ReviewTerminal): Promise<number> {
  const { values, positionals } = parse(args)
  const [verb = '', ...words] = positionals
  const act = actOf({ command: 'skill review', verbs: VERBS, belongs: BELONGS }, verb, values)
  await act(words, values, terminal)
  return EXIT.ok.code
}

async function list(
  words: readonly string[],
  { json, all, zh }: Values,
  { client, out }: ReviewTerminal,
): Promise<void> {
  exactly(words, [], 'skill review list')
  const { method, path, output } = OPERATIONS['skill_review.list']
  const data = await pages(async (query) =>
    output.parse(await client.call(method, `${path}?waiting=${!all}&${query}`)),
  )
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('No skill waits for a decision.\n')
  const rows = data.map((one) => [
    one.id,
    `${one.skill} ${one.version}`.trim(),
    minute(one.createdAt),
    one.decision ?? 'waits',
    one.reasons[0]?.[zh ? 'zh' : 'en'] ?? '',
  ])
  out(alignedTable([['ID', 'SKILL', 'SINCE', 'DECISION', 'BECAUSE'], ...rows]))
}

async function show(
  words: readonly string[],
  { json, zh }: Values,
  { client, out }: ReviewTerminal,
): Promise<void> {
  exactly(words, ['REVIEW'], 'skill review show')
  const { method, path, output } = OPERATIONS['skill_review.get']
  const review = output.parse(await client.call(method, at(path, words)))
  if (json) return out(`${JSON.stringify(review)}\n`)
  out(textOf(review.full, { language: zh ? 'zh' : 'en', all: true, isColoured: false }))
  if (review.decision !== null)
    out(`${review.decision}  ${minute(review.decidedAt ?? '')}  ${review.reason ?? ''}\n`)
}

async function decide(
  decision: SkillDecision,
  words: readonly string[],
  { json, reason }: Values,
  { client, out }: ReviewTerminal,
): Promise<void> {
  exactly(words, ['REVIEW'], `skill review ${decision}`)
  if (reason === undefined) throw new UsageError('say why: --reason TEXT')
  const { method, path, output } = OPERATIONS['skill_review.decide']
  const decided = output.parse(await client.call(method, at(path, words), { decision, reason }))
  if (json) return out(`${JSON.stringify(decided)}\n`)
  out(decision === 'approve' ? 'It may be installed.\n' : 'It is not installed.\n')
}

const at = (path: string, [id = '']: readonly string[]): string =>
  path.replace('{id}', encodeURIComponent(id))
