import { openApiRemark } from '@freehold/contract/openapi-remarks.ts'
import type { SkillDraft, SkillDraftInput } from '@freehold/contract/skill-drafts.ts'
import { Fault } from '../../kernel/fault.ts'
import { bundleOf } from '../bundle/bundle.ts'
import { checkSkill } from '../checking/check-skill.ts'
import { importOpenApi } from '../importing/openapi-file.ts'
import { shownOperation } from '../installed/shown-operation.ts'
import { accessOf } from '../kinds/access.ts'
import { operationsOf } from '../kinds/operations.ts'
import { EFFECT_OF } from '../manifest/operation-shape.ts'
import { permissionSummary } from '../manifest/permission-summary.ts'
import { MANIFEST_FILE, readManifest } from '../manifest/read-manifest.ts'
import { OpenApiDocument } from '../openapi/document.ts'
import { httpMethod } from '@freehold/contract/skill-permissions.ts'
import { importOperation } from '../openapi/operations.ts'
import type { SkillPackage } from '../runner.ts'

type Found = SkillDraft['found'][number]
type Made = Pick<SkillDraft, 'manifest' | 'notes' | 'found'> & {
  readonly files: ReadonlyMap<string, Buffer>
}

/** Of a larger document the first are shown; the others can be named all the same. */
const MOST_FOUND = 1000

/** A skill that nobody has yet, with everything that is to be known before it is installed. @throws Fault `invalid` */
export function draftOf(input: SkillDraftInput, scanner: string): SkillDraft {
  const made = input.document === undefined ? written(input) : imported(input, input.document)
  const { skill, bytes } = packaged(made.manifest, made.files)
  const { metadata } = skill.manifest
  const { verdict, reasons, findings, unlisted } = checkSkill(skill, { scanner })
  return {
    name: metadata.name,
    version: metadata.version,
    manifest: made.manifest,
    files: Object.fromEntries([...made.files].map(([path, content]) => [path, content.toString('utf8')])),
    bundle: bytes.toString('base64'),
    digest: skill.digest,
    found: made.found,
    operations: operationsOf(skill).map((one) => shownOperation(metadata.name, one)),
    permissions: [...permissionSummary(skill.manifest)],
    access: accessOf(skill),
    notes: made.notes,
    report: { verdict, reasons, findings, unlisted },
  }
}

/** The package of a manifest and the files beside it, as it would be installed. @throws Fault `invalid` with each mistake */
export function packaged(
  manifest: string,
  files: ReadonlyMap<string, Buffer>,
): { readonly skill: SkillPackage; readonly bytes: Buffer } {
  const all = new Map([...files, [MANIFEST_FILE, Buffer.from(manifest)]])
  const { bytes, digest } = bundleOf(all)
  return { skill: { manifest: readManifest(manifest, all), digest, files: all }, bytes }
}

/** By path, without `./`. */
export const filesOf = (files: Readonly<Record<string, string>> = {}): ReadonlyMap<string, Buffer> =>
  new Map(Object.entries(files).map(([path, text]) => [path.replace(/^\.\//, ''), Buffer.from(text)]))

const written = ({ manifest = '', files }: SkillDraftInput): Made => ({
  manifest,
  files: filesOf(files),
  found: [],
  notes: [],
})

function imported(input: SkillDraftInput, document: string): Made {
  const { name, publisher, baseUrl, zone, auth } = input
  const file = /^\s*\{/.test(document) ? 'openapi.json' : 'openapi.yaml'
  const all = foundIn(OpenApiDocument.read(document, file), baseUrl)
  const { include, note } = chosen(all, input.include)
  const made = importOpenApi(document, { file, publisher, include, baseUrl, name, zone, auth })
  const { skill } = packaged(made.manifest, made.files)
  const taken = new Set(skill.manifest.kind === 'openapi' ? skill.manifest.openapi.include : [])
  return {
    manifest: made.manifest,
    files: made.files,
    found: all.slice(0, MOST_FOUND).map((one) => Object.assign(one, { isTaken: taken.has(one.id) })),
    notes: [...note, ...made.findings],
  }
}

/** What only reads, unless somebody said otherwise; of an interface that does nothing but change things the first. */
function chosen(
  all: readonly Found[],
  include: readonly string[] | undefined,
): { readonly include: readonly string[] | undefined; readonly note: SkillDraft['notes'] } {
  const possible = all.filter(({ problem }) => problem === null)
  const [first] = possible
  if (include !== undefined || first === undefined || possible.some(({ effect }) => effect === 'read'))
    return { include, note: [] }
  const { message, code, params } = openApiRemark('changing_taken', { operation: first.id })
  return { include: [first.id], note: [{ rule: 'import-operation', message, remark: { code, params } }] }
}

function foundIn(document: OpenApiDocument, baseUrl: string | undefined): readonly Found[] {
  return document.ids.flatMap((id) => {
    const found = document.operation(id)
    if (found === null) return []
    const method = httpMethod.parse(found.method.toUpperCase())
    const { summary } = found.operation
    return [
      {
        id,
        method,
        path: found.path,
        summary: typeof summary === 'string' ? summary.slice(0, 200) : null,
        effect: EFFECT_OF[method],
        isTaken: false,
        ...problemOf(document, id, baseUrl),
      },
    ]
  })
}

function problemOf(
  document: OpenApiDocument,
  id: string,
  baseUrl: string | undefined,
): Pick<Found, 'problem' | 'problemRemark'> {
  try {
    importOperation(document, id, { baseUrl })
    return { problem: null, problemRemark: null }
  } catch (error) {
    if (error instanceof Fault) return { problem: error.message, problemRemark: error.remark }
    throw error
  }
}
