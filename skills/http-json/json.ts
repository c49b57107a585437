interface Host {
  fetch(url: string, options?: object): Promise<{ status: number; ok: boolean; json(): unknown }>
  readonly settings: Readonly<Record<string, string | number>>
}

export async function get_json(
  { path, pointer = '' }: { path: string; pointer?: string },
  host: Host,
): Promise<unknown> {
  const { host: name, port } = host.settings
  const answer = await host.fetch(`https://${name}:${port}${path}`, {
    headers: { accept: 'application/json' },
  })
  if (!answer.ok) throw new Error(`The service answered ${answer.status}.`)
  return at(answer.json(), pointer)
}

/** RFC 6901 */
function at(value: unknown, pointer: string): unknown {
  if (pointer === '') return value
  if (!pointer.startsWith('/')) throw new Error('A pointer begins with /.')
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((from: unknown, part) => {
      if (typeof from === 'object' && from !== null && Object.hasOwn(from, part))
        return (from as Record<string, unknown>)[part]
      throw new Error(`There is nothing at ${pointer}.`)
    }, value)
}
