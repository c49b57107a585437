/** The name of a module without its scheme and without what lies inside it. */
export function moduleOf(name: string): string {
  const bare = name.replace(/^node:/, '')
  if (bare.startsWith('.') || bare.startsWith('@')) return bare
  return bare.split('/')[0] ?? bare
}
