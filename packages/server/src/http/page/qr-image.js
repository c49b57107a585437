import { write } from './language.js'
import { drawQr } from './qr.js'

const SVG = 'http://www.w3.org/2000/svg'
/** Light modules around it, without which it is not found (ISO/IEC 18004, section 5.3.8). */
const MARGIN = 4

/**
 * A QR code, drawn here: what it says goes nowhere.
 * @param {string} text
 * @param {string} label what it is for, as a key of the dictionary
 */
export function qrImage(text, label) {
  const { size, dark } = drawQr(text)
  const whole = size + 2 * MARGIN
  const image = document.createElementNS(SVG, 'svg')
  image.setAttribute('viewBox', `0 0 ${whole} ${whole}`)
  image.setAttribute('class', 'qr')
  image.setAttribute('role', 'img')
  write(image, label, {}, 'data-words-label')
  const path = document.createElementNS(SVG, 'path')
  const squares = [...dark].flatMap((value, at) =>
    value === 1 ? `M${(at % size) + MARGIN} ${Math.floor(at / size) + MARGIN}h1v1h-1z` : [],
  )
  path.setAttribute('d', squares.join(''))
  image.append(path)
  return image
}
