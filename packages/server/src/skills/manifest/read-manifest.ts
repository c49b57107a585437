import { skillManifest } from '@freehold/contract/skill-manifest.ts'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { SettingValues } from '@freehold/contract/skill-settings.ts'
import type { Entry } from '../../kernel/config/document.ts'
import { readDocument } from '../../kernel/config/document.ts'
import { pathOf, problemLine } from '../../kernel/config/problem.ts'
import { shapeProblems } from '../../kernel/config/shape.ts'
import { placeAt, plainOf, strangeKeys } from '../../kernel/config/tree.ts'
import type { Step } from '../../kernel/config/tree.ts'
import { Fault } from '../../kernel/fault.ts'
import type { ManifestProblem, ManifestRule, Refuse } from './manifest-problem.ts'
import { MANIFEST_RULES } from './manifest-problem.ts'
import { writtenOut } from './operation-shape.ts'
import { checkCredentials, checkSecrets } from './rules/credentials.ts'
import { checkKind } from './rules/kinds.ts'
import { checkOpenApi } from './rules/openapi.ts'
import { checkNetwork } from './rules/network.ts'
import { checkOperations } from './rules/operations.ts'
import { checkTests } from './rules/tests.ts'
import { checkWorkflows } from './rules/workflows.ts'
import { Schemas } from './schemas.ts'
import { withSettings } from './settings.ts'

export const MANIFEST_FILE = 'skill.yaml'
/** Somebody repairs a few and looks again. */
const MOST_PROBLEMS = 100
/** What follows the first mistake of form is mostly its echo. */
const MOST_BROKEN = 3

/** What a text is as a manifest. */
export interface ManifestReading {
  /** With its short forms written out; null where something of level `error` is wrong. */
  readonly manifest: SkillManifest | null
  /** In the order of the text. */
  readonly problems: readonly ManifestProblem[]
}

/**
 * The manifest with everything that is wrong or worth a look, each with its line. `files` are those beside it, by path
 * without `./`; without them nobody asks whether what it names is there. `settings` are what an administrator says of it.
 * @throws Fault `invalid` for settings that do not fit
 */
export function inspectManifest(
  text: string,
  files?: ReadonlyMap<string, Buffer>,
  settings: SettingValues = {},
): ManifestReading {
  const { entries, problems: broken } = readDocument(MANIFEST_FILE, text)
  if (broken.length > 0) {
    return {
      manifest: null,
      problems: broken.slice(0, MOST_BROKEN).map((one) => Object.assign(one, as('manifest-form'))),
    }
  }
  const problems: ManifestProblem[] = []
  const refuse = refusingIn(entries, problems)
  const root = { kind: 'entries', entries } as const
  for (const { steps, message, of } of strangeKeys(root)) refuse('manifest-form', steps, message, { of })
  const raw = withSettings(plainOf(root), settings)
  const parsed = skillManifest.safeParse(raw)
  if (!parsed.success) {
    for (const { steps, message, suggestion, of } of shapeProblems(skillManifest, raw, parsed.error.issues)) {
      refuse('manifest-form', steps, message, { suggestion, of })
    }
    return { manifest: null, problems: inOrder(problems) }
  }
  const manifest = writtenOut(parsed.data)
  checkKind(manifest, files, refuse)
  checkNetwork(manifest, refuse)
  if (files !== undefined) checkOpenApi(manifest, files, refuse)
  checkSecrets(manifest, refuse)
  checkCredentials(manifest, refuse)
  checkOperations(manifest, new Schemas(), refuse)
  checkWorkflows(manifest, refuse)
  checkTests(manifest, refuse)
  const isRefused = problems.some(({ level }) => level === 'error')
  return { manifest: isRefused ? null : manifest, problems: inOrder(problems) }
}

/** The manifest. @throws Fault `invalid` with every mistake on its own line, `param` being the first field */
export function readManifest(
  text: string,
  files?: ReadonlyMap<string, Buffer>,
  settings?: SettingValues,
): SkillManifest {
  const { manifest, problems } = inspectManifest(text, files, settings)
  if (manifest !== null) return manifest
  const wrong = problems.filter(({ level }) => level === 'error')
  const param = wrong[0]?.path
  throw new Fault('invalid', wrong.map(problemLine).join('\n'), {
    param: param === '' || param === undefined ? MANIFEST_FILE : param,
  })
}

const as = (rule: ManifestRule) => ({ rule, level: MANIFEST_RULES[rule] })

function refusingIn(entries: readonly Entry[], problems: ManifestProblem[]): Refuse {
  const root = { value: { kind: 'entries', entries }, valueAt: { line: 1, column: 1 } } as const
  return (rule, steps, message, { suggestion, of = 'value' } = {}) => {
    if (problems.length >= MOST_PROBLEMS) return
    problems.push({
      source: MANIFEST_FILE,
      ...placeAt(root, steps, of),
      path: steps.reduce<string>((path: string, step: Step) => pathOf(path, step), ''),
      message,
      ...(suggestion !== undefined && { suggestion }),
      ...as(rule),
    })
  }
}

const inOrder = (problems: readonly ManifestProblem[]): readonly ManifestProblem[] =>
  problems.toSorted(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  )
