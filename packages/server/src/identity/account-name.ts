/** One form of a name for comparing: people do not remember how they capitalised it. */
export function foldName(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase()
}
