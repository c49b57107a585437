type Named = readonly (readonly [string, RegExp])[]

/** Most browsers say the names of others too, so the order counts. */
const BROWSERS: Named = [
  ['Edge', /\bEdg(?:A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|Chromium|CriOS)\//],
  ['Safari', /\bSafari\//],
]
const SYSTEMS: Named = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
]
const LONGEST = 60

/** What a browser called itself, in two words; anything else as it stands, cut off. */
export function deviceOf(agent: string): string {
  const named = (table: Named): string | undefined => table.find(([, pattern]) => pattern.test(agent))?.[0]
  const words = [named(BROWSERS), named(SYSTEMS)].filter((word) => word !== undefined)
  return words.length > 0 ? words.join(' · ') : agent.slice(0, LONGEST)
}
