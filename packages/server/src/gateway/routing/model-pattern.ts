/**
 * A test for names by a pattern in which `*` stands for any text. Written by hand and linear in practice: a regular
 * expression made from a pattern with many stars can take forever on a name that a client chose.
 */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.includes('*')) return () => true
  const whole = new Set(patterns.filter((pattern) => !pattern.includes('*')))
  const starred = patterns.filter((pattern) => pattern.includes('*'))
  if (starred.length === 0) return (name) => whole.has(name)
  return (name) => whole.has(name) || starred.some((pattern) => fits(pattern, name))
}

/** Greedy, with one step back to the last star: at most pattern times name many comparisons. */
function fits(pattern: string, name: string): boolean {
  let inPattern = 0
  let inName = 0
  let star = -1
  let afterStar = 0
  while (inName < name.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern
      afterStar = inName
      inPattern += 1
    } else if (pattern[inPattern] === name[inName]) {
      inPattern += 1
      inName += 1
    } else if (star >= 0) {
      inPattern = star + 1
      afterStar += 1
      inName = afterStar
    } else return false
  }
  while (pattern[inPattern] === '*') inPattern += 1
  return inPattern === pattern.length
}
