import assert from 'node:assert/strict'
import { test } from 'node:test'
import jsQR from 'jsqr'
import { drawQr } from './qr.ts'

// How it is brought in depends on who reads its types.
const scan = ('default' in jsQR ? jsQR.default : jsQR) as typeof jsQR
const MARGIN = 4
const PIXELS = 3

/** What a camera would see, read back by somebody else's program. */
function read({ size, dark }: { size: number; dark: Uint8Array }): string | undefined {
  const width = (size + 2 * MARGIN) * PIXELS
  const image = new Uint8ClampedArray(width * width * 4).fill(255)
  for (let y = 0; y < width; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [column, row] = [Math.floor(x / PIXELS) - MARGIN, Math.floor(y / PIXELS) - MARGIN]
      const isInside = column >= 0 && row >= 0 && column < size && row < size
      if (isInside && dark[row * size + column] === 1)
        image.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return scan(image, width, width)?.data
}

test('what is drawn is read back by a reader of QR codes, from the shortest to the longest name', () => {
  for (const name of ['Ada', 'Ada Lovelace', '张'.repeat(20), '名'.repeat(128)]) {
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
    const uri = `otpauth://totp/Freehold:${encodeURIComponent(name)}?secret=${secret}&issuer=Freehold&algorithm=SHA1&digits=6&period=30`
    assert.equal(read(drawQr(uri)), uri)
  }
})

test('a code of another text is another, and one module that is wrong is mended by the reader', () => {
  const code = drawQr('otpauth://totp/Freehold:Ada')
  assert.notDeepEqual(drawQr('otpauth://totp/Freehold:Eva').dark, code.dark)
  const at = code.size * (code.size - 1) + code.size - 1
  code.dark[at] = 1 - (code.dark[at] ?? 0)
  assert.equal(read(code), 'otpauth://totp/Freehold:Ada')
})

test('what fits into no QR code is refused', () => {
  assert.throws(() => drawQr('x'.repeat(2954)), /2954 bytes are too many/)
})
