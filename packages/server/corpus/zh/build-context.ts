// Makes context.txt of privacy/names/zh:
//   node packages/server/corpus/zh/build-context.ts [pattern of registers to leave out, to measure on them]
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contextRows } from './context-rows.ts'

const [leftOut] = process.argv.slice(2)
const rows = contextRows(leftOut === undefined ? undefined : (register) => new RegExp(leftOut).test(register))
writeFileSync(join(import.meta.dirname, '../../src/privacy/names/zh/context.txt'), rows)
