import { EXIT } from './exit-codes.ts'
import { skillSurface } from '../skills/upgrade/surface.ts'
import type { Command } from './terminal.ts'
import { helpText } from './terminal.ts'

/** What this version is to skills, for those who compare two versions. */
export const skillApi: Command = {
  help: helpText({
    summary: 'Print what this version takes of skills and gives to them, as JSON Schema',
    usage: 'freehold skill api [--help]',
    options: { '--help': 'this text' },
    examples: ['freehold skill api > skill-api.json'],
  }),
  async run(_, { out }) {
    out(`${JSON.stringify(skillSurface())}\n`)
    return EXIT.ok.code
  },
}
