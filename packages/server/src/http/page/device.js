/** Most browsers say the names of others too, so the order counts. @type {readonly (readonly [string, RegExp])[]} */
const BROWSERS = [
  ['Edge', /\bEdg(?:A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|Chromium|CriOS)\//],
  ['Safari', /\bSafari\//],
]
/** @type {readonly (readonly [string, RegExp])[]} */
const SYSTEMS = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
]
const LONGEST = 60

/**
 * What a browser called itself, in two words; anything else as it stands, cut off.
 * @param {string} agent
 */
export function deviceOf(agent) {
  const named = (/** @type {typeof BROWSERS} */ table) =>
    table.find(([, pattern]) => pattern.test(agent))?.[0]
  const words = [named(BROWSERS), named(SYSTEMS)].filter((word) => word !== undefined)
  return words.length > 0 ? words.join(' · ') : agent.slice(0, LONGEST)
}
