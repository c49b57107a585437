import { linesIn } from './lines.mjs'
import { waybillOf } from './waybill.ts'

export async function read_waybill({ image }) {
  return waybillOf(await linesIn(Buffer.from(image, 'base64')))
}
