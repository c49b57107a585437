// Writes labelled rows of a language's frames: node packages/server/corpus/fill.ts <rounds> <seed> > rows.jsonl
import { join } from 'node:path'
import { fillFrame, readFrames } from './fill-frames.ts'
import { Random } from './random.ts'
import { CHINESE } from './zh/language.ts'

const [rounds = '1', seed = '1'] = process.argv.slice(2)
const numbers = new Random(Number(seed))
const random = () => numbers.next()
for (let round = 0; round < Number(rounds); round += 1)
  for (const frames of readFrames(join(import.meta.dirname, 'zh/frames')).values())
    for (const frame of frames) process.stdout.write(`${JSON.stringify(fillFrame(frame, CHINESE, random))}\n`)
