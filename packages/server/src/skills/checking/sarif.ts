import type { FindingAct, SkillReport } from '@freehold/contract/skill-report.ts'
import { ruleOf } from './rules/all.ts'

const LEVELS: Readonly<Record<FindingAct, string>> = {
  block: 'error',
  suspect: 'warning',
  review: 'warning',
  note: 'note',
}

/** The findings as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines. */
export function sarifOf({ findings, scanner, skill }: SkillReport) {
  const ids = [...new Set(findings.map(({ rule }) => rule))]
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'freehold',
            version: scanner.version,
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: ruleOf(id).says.en },
              help: { text: ruleOf(id).advice.en },
            })),
          },
        },
        properties: { skill },
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          level: LEVELS[finding.act],
          message: { text: `${finding.says.en}. ${finding.advice.en}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(finding.path) },
                ...(finding.line > 0 && {
                  region: {
                    startLine: finding.line,
                    startColumn: Math.max(1, finding.column),
                    snippet: { text: finding.excerpt },
                  },
                }),
              },
            },
          ],
        })),
      },
    ],
  }
}
