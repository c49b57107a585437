/** Widths of bars and gaps of each sign of Code 128 (ISO/IEC 15417); that of the stop has a bar more. */
const WIDTHS = `
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112`
  .trim()
  .split(/\s+/)
const START_B = 104
const STOP = 106

/** The bars of a text of ASCII, code set B. */
export function code128(
  text: string,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const signs = [START_B, ...Array.from(text, (sign) => sign.charCodeAt(0) - 32)]
  const check = signs.reduce((sum, sign, at) => sum + sign * Math.max(1, at), 0) % 103
  const widths = [...signs, check, STOP].map((sign) => WIDTHS[sign] ?? '').join('')
  let [x, path] = [0, '']
  for (const [at, wide] of Array.from(widths, Number).entries()) {
    if (at % 2 === 0) path += `M${x} 0h${wide}v1h-${wide}z`
    x += wide
  }
  return `<svg width="${width}" height="${height}" viewBox="0 0 ${x} 1" preserveAspectRatio="none" shape-rendering="crispEdges" style="display:block"><path d="${path}"/></svg>`
}

/** Looks like a QR code, and says nothing. */
export function squares(text: string, size: number): string {
  const side = 25
  let [state, path] = [2166136261, '']
  for (const sign of text) state = Math.imul(state ^ sign.charCodeAt(0), 16777619)
  const isCorner = (x: number, y: number): boolean =>
    [
      [0, 0],
      [side - 7, 0],
      [0, side - 7],
    ].some(([u = 0, v = 0]) => x >= u - 1 && x < u + 8 && y >= v - 1 && y < v + 8)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      if (!isCorner(x, y) && state > 2 ** 31) path += `M${x} ${y}h1v1h-1z`
    }
  const eye = (x: number, y: number): string =>
    `M${x} ${y}h7v7h-7zM${x + 1} ${y + 1}v5h5v-5zM${x + 2} ${y + 2}h3v3h-3z`
  path += eye(0, 0) + eye(side - 7, 0) + eye(0, side - 7)
  return `<svg width="${size}" height="${size}" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges" style="display:block"><path fill-rule="evenodd" d="${path}"/></svg>`
}
