import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readBundle } from '../skills/bundle/bundle.ts'
import { packSkill } from '../skills/bundle/pack.ts'
import { runSkillTests } from '../skills/testing/skill-tests.ts'
import { EXIT } from './exit-codes.ts'
import { exactly } from './people-names.ts'
import { withTestPorts } from './skill-test-ports.ts'
import type { Command, Terminal } from './terminal.ts'
import { helpText } from './terminal.ts'

/** Runs the tests of a skill, as they run when it is certified and installed. */
export const skillTest: Command = {
  help: helpText({
    summary:
      'Run the tests of a skill against what they say that the world answers, without a server or a network',
    usage: 'freehold skill test DIR [--json]',
    options: {
      DIR: 'the folder with skill.yaml in it',
      '--json': 'one line of JSON: {passed, failed, results: [{name, operation, failure}]}',
    },
    examples: ['freehold skill test order-lookup'],
  }),
  run: testCommand,
}

/** @returns 0 all passed, 1 one did not @throws UsageError, Fault */
async function testCommand(
  args: readonly string[],
  { cwd, out, err }: Pick<Terminal, 'cwd' | 'out' | 'err'>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  exactly(positionals, ['DIR'], 'skill test')
  const skill = readBundle((await packSkill(resolve(cwd, positionals[0] ?? ''))).bytes)
  const report = await withTestPorts(err, (ports) => runSkillTests(skill, ports))
  const { results, passed, failed } = report
  if (values.json) out(`${JSON.stringify(report)}\n`)
  else {
    for (const { name, failure } of results)
      out(`${failure === null ? 'ok     ' : 'failed '} ${name}${failure === null ? '' : `: ${failure}`}\n`)
    out(results.length === 0 ? 'There are no tests.\n' : `${passed} passed, ${failed} failed.\n`)
  }
  return failed === 0 ? EXIT.ok.code : EXIT.refused.code
}
