// Starts a house in the directory that is named and stops it again, for `preparedData`.
import { open } from './house.ts'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const [data = ''] = process.argv.slice(2)
const config = join(data, 'freehold.yaml')
await writeFile(config, 'knowledge: { guide: false }\n')
const house = await open({ data, args: ['--config', config] })
await house.stop()
await rm(config)
