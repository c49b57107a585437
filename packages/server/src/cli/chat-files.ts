import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { MOST_ATTACHED } from '@freehold/contract/attachments.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { ChatTerminal, ChatValues, ChatVerb } from './chat.ts'
import { RefusedError } from './client.ts'
import { multipart } from './multipart.ts'
import { exactly } from './people-names.ts'
import { alignedTable } from './table.ts'
import { UsageError } from './terminal.ts'

const LOOK_AGAIN_MS = 150

interface GivenFile {
  readonly name: string
  readonly bytes: Buffer
}

/** Read before anything is begun, so that a name that is mistyped leaves nothing behind. @throws UsageError */
export async function filesAt(paths: readonly string[], { cwd }: ChatTerminal): Promise<GivenFile[]> {
  if (paths.length > MOST_ATTACHED)
    throw new UsageError(`At most ${MOST_ATTACHED} files can be attached to one message`)
  return Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(resolve(cwd, path)).catch((cause: unknown) => {
        throw new UsageError(`--attach ${path}: there is no such file, or it cannot be read`, { cause })
      })
      return { name: basename(path), bytes }
    }),
  )
}

/** Attaches files and waits until each is read. Returns their ids. @throws RefusedError where one could not be */
export async function attachAll(
  conversation: string,
  files: readonly GivenFile[],
  { values, terminal }: { readonly values: ChatValues; readonly terminal: ChatTerminal },
): Promise<string[]> {
  const { client, progress, interactive, signal } = terminal
  const ids: string[] = []
  for (const { name, bytes } of files) {
    const { path, output } = OPERATIONS['attachment.add']
    const form = multipart(values.class === undefined ? {} : { class: values.class }, name, bytes)
    if (interactive) progress(`Reading ${name} …`)
    let seen = output.parse(await client.upload(path.replace('{id}', conversation), form))
    while (seen.state === 'reading') {
      await pause(LOOK_AGAIN_MS, undefined, { signal })
      const { method, path: again } = OPERATIONS['attachment.read']
      seen = output.parse(await client.call(method, again.replace('{id}', seen.id)))
    }
    if (interactive) progress('\n')
    if (seen.error !== null) throw new RefusedError(0, seen.error.code, `${name}: ${seen.error.message}`)
    if (seen.warning !== null) terminal.err(`${name}: ${seen.warning}`)
    ids.push(seen.id)
  }
  return ids
}

/** The files of a conversation. */
export const listFiles: ChatVerb = async (given, { json }, { client, out }) => {
  exactly(given, ['ID'], 'chat files')
  const { method, path, output } = OPERATIONS['attachment.list']
  const { data } = output.parse(await client.call(method, path.replace('{id}', given[0] ?? '')))
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('No files are attached.\n')
  const rows = data.map(({ id, state, class: of, sizeBytes, name, error }) => [
    id,
    state,
    of,
    String(sizeBytes),
    error === null ? name : `${name}: ${error.message}`,
  ])
  out(alignedTable([['ID', 'STATE', 'CLASS', 'BYTES', 'NAME'], ...rows]))
}

/** The documents that were written in a conversation. */
export const listArtifacts: ChatVerb = async (given, { json }, { client, out }) => {
  exactly(given, ['ID'], 'chat artifacts')
  const { method, path, output } = OPERATIONS['artifact.list']
  const { data } = output.parse(await client.call(method, path.replace('{id}', given[0] ?? '')))
  if (json) return out(`${JSON.stringify({ data })}\n`)
  if (data.length === 0) return out('Nothing was written yet.\n')
  const rows = data.map(({ id, version, by, mediaType, title }) => [
    id,
    String(version),
    by,
    mediaType,
    title,
  ])
  out(alignedTable([['ID', 'VERSION', 'BY', 'TYPE', 'TITLE'], ...rows]))
}

/** The text of a version, as it is. */
export const showArtifact: ChatVerb = async (given, { json, version }, { client, out }) => {
  exactly(given, ['ARTIFACT'], 'chat artifact')
  if (version !== undefined && !/^[1-9]\d{0,5}$/.test(version))
    throw new UsageError('--version must be a whole number from 1')
  const { method, path, output } = OPERATIONS['artifact.read']
  const query = version === undefined ? '' : `?version=${version}`
  const whole = output.parse(await client.call(method, path.replace('{id}', given[0] ?? '') + query))
  out(json ? `${JSON.stringify(whole)}\n` : `${whole.text.trimEnd()}\n`)
}
