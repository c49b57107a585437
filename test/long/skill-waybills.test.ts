import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packSkill } from '../../packages/server/src/skills/bundle/pack.ts'
import { readBundle } from '../../packages/server/src/skills/bundle/bundle.ts'
import { openCode } from '../../packages/server/src/skills/kinds/code.ts'
import type { SkillRunner } from '../../packages/server/src/skills/runner.ts'
import { launchBrowser, noBrowser } from '../browser/browser.ts'
import { contextOf, sandboxesOf, withoutStrong } from '../system/skill-sandbox-house.ts'
import type { Bill } from '../waybills/layouts.ts'
import { fetchedPackages } from '../waybills/packages.ts'
import type { Picture, WaybillSet } from '../waybills/pictures.ts'
import { pictures, SETS } from '../waybills/pictures.ts'
import { waybillOf } from '../../skills/ocr-waybill/waybill.ts'
import type { Waybill } from '../../skills/ocr-waybill/waybill.ts'

const COUNT = Number(process.env['WAYBILLS'] ?? 210)
const NAMED = process.env['WAYBILLS_SET'] ?? 'third'
/**
 * What it does today, less what the draw of pictures makes of it; docs/measurements.md says what it should do.
 *
 * The reader was tuned on other pictures than those of any set and, later, with the errors of the first two in view.
 * Whoever made the third knew nothing of the reader but what it returns; after it had been read
 * once, what was wrong there was learnt from as well.
 */
const MEASURED: Readonly<
  Record<string, { readonly set: WaybillSet; readonly seed: number; readonly exact: number }>
> = {
  first: { set: SETS.first, seed: 20_270_310, exact: 0.88 },
  second: { set: SETS.second, seed: 20_280_421, exact: 0.85 },
  third: { set: SETS.third, seed: 20_290_532, exact: 0.48 },
}
const measured = MEASURED[NAMED]
assert.ok(measured, `WAYBILLS_SET is one of ${Object.keys(MEASURED).join(', ')}`)
const { set, exact: floor } = measured
const SEED = Number(process.env['WAYBILLS_SEED'] ?? measured.seed)

const { bytes } = await packSkill(join(import.meta.dirname, '../../skills/ocr-waybill'))
const skill = readBundle(bytes)
const { manifest } = skill
assert.equal(manifest.kind, 'code')
const packages = fetchedPackages(manifest.kind === 'code' ? manifest.code.packages : {})
const skip = noBrowser || (await withoutStrong()) || ('why' in packages && packages.why)

let runner: SkillRunner
const { sandboxes } = sandboxesOf('directory' in packages ? { packages: packages.directory } : {})
let made: readonly Picture[] = []
before(async () => {
  if (skip) return
  runner = await openCode(skill, { sandboxes })
  const browser = await launchBrowser()
  made = await pictures(browser, { set, count: COUNT, seed: SEED })
  await browser.close()
})
after(async () => {
  await runner?.close()
  await sandboxes.close()
})

/** Fields of both; where words part is nobody's business. */
function fieldsOf(said: Waybill): Readonly<Record<string, string>> {
  const flat = {
    number: said.number,
    'sender.name': said.sender.name,
    'sender.address': said.sender.address,
    'sender.phone': said.sender.phone,
    'recipient.name': said.recipient.name,
    'recipient.address': said.recipient.address,
    'recipient.phone': said.recipient.phone,
    weightKg: said.weightKg,
    date: said.date,
  }
  return Object.fromEntries(
    Object.entries(flat).map(([name, value]) => [name, String(value ?? '').replaceAll(/\s/g, '')]),
  )
}
const wanted = (bill: Bill): Waybill => ({ ...bill, numberIsValid: null, weightKg: Number(bill.weight) })

function wrongIn(said: Waybill, bill: Bill): readonly string[] {
  const [read, right] = [fieldsOf(said), fieldsOf(wanted(bill))]
  return Object.keys(right).filter((name) => read[name] !== right[name])
}

/** What plain recognition of text comes to, by the same reading of its lines. */
function byTesseract({ bytes: picture }: Picture, directory: string): Waybill {
  const file = join(directory, 'picture')
  writeFileSync(file, picture)
  const { stdout } = spawnSync('tesseract', [file, '-', '-l', 'chi_sim+eng', '--psm', '6'], {
    encoding: 'utf8',
  })
  const lines = stdout.split('\n').flatMap((text, at) =>
    text.trim() === ''
      ? []
      : [
          {
            text: text.replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, ''),
            u0: 0,
            u1: 10 * text.length,
            v0: 24 * at,
            v1: 24 * at + 20,
          },
        ],
  )
  return waybillOf(lines)
}

test(
  'a waybill is read from pictures of layouts that nobody tuned for, turned, blurred, pressed, shaded and noisy',
  { skip },
  async (t) => {
    const tally: Record<string, number> = {}
    let [exact, plain] = [0, 0]
    const directory = mkdtempSync(join(tmpdir(), 'freehold-waybills-'))
    for (const [at, one] of made.entries()) {
      const input = { image: one.bytes.toString('base64') }
      const context = contextOf({ signal: AbortSignal.timeout(300_000) })
      const { value } = await runner.run('read_waybill', input, context)
      const wrong = wrongIn(value as Waybill, one.bill)
      if (wrong.length === 0) exact += 1
      else t.diagnostic(`${at} ${one.layout} ${one.degradation}: ${wrong.join(', ')}`)
      for (const name of wrong)
        tally[`${one.degradation} ${name}`] = (tally[`${one.degradation} ${name}`] ?? 0) + 1
      if (wrongIn(byTesseract(one, directory), one.bill).length === 0) plain += 1
    }
    rmSync(directory, { recursive: true })
    t.diagnostic(
      `all fields exact: ${exact} of ${made.length}; by tesseract alone ${plain}; ${JSON.stringify(tally)}`,
    )
    assert.ok(exact >= floor * made.length)
    assert.ok(plain < exact)
  },
)
