/** Windows cannot hold them, shells read something into them, or nobody sees them. */
const UNWANTED = /[\p{C}\p{Zl}\p{Zp}\\:*?"<>|]/u

/** What is wrong with the path of a file in a bundle; null: nothing. */
export function wrongPath(path: string): string | null {
  if (path === '') return 'has no name'
  if (path.startsWith('/')) return 'is an absolute path'
  if (path !== path.normalize('NFC')) return 'is not written in Unicode normal form C'
  if (UNWANTED.test(path))
    return 'has characters that are not taken: control, invisible or one of \\ : * ? " < > |'
  const segments = path.split('/')
  if (segments.includes('..')) return 'leads out of the folder'
  if (segments.some((one) => one === '' || one === '.')) return 'has an empty step'
  if (segments.some((one) => one.startsWith('.'))) return 'is hidden'
  if (segments.some((one) => /[. ]$/.test(one))) return 'has a step that ends in a dot or space'
  return null
}

/** What some file system takes for the same name. */
const folded = (path: string): string => path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')

/** Two paths that cannot lie beside each other everywhere; null: all can. */
export function collision(paths: Iterable<string>): readonly [string, string] | null {
  const files = new Map<string, string>()
  for (const path of paths) {
    const other = files.get(folded(path))
    if (other !== undefined) return [other, path]
    files.set(folded(path), path)
  }
  const folders = new Map<string, string>()
  for (const path of files.values()) {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at)
      const file = files.get(folded(folder))
      if (file !== undefined) return [file, path]
      const spelled = folders.get(folded(folder))
      if (spelled !== undefined && spelled !== folder) return [`${spelled}/`, path]
      folders.set(folded(folder), folder)
    }
  }
  return null
}
