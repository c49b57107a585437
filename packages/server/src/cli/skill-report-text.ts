import type { SkillFinding, SkillReport } from '@freehold/contract/skill-report.ts'
import { alignedTable } from './table.ts'

interface Writing {
  readonly language: 'en' | 'zh'
  readonly all: boolean
  readonly isColoured: boolean
}

const COLOURS: Readonly<Record<string, string>> = {
  block: '31',
  suspect: '33',
  review: '33',
  note: '2',
  pass: '32',
}

/** The report for a person: findings, what it may do, and the verdict last. */
export function textOf(report: SkillReport, { language, all, isColoured }: Writing): string {
  const paint = (word: string): string =>
    isColoured ? `\u001b[${COLOURS[word] ?? '0'}m${word}\u001b[0m` : word
  const shown = report.findings.filter(({ act }) => all || act !== 'note')
  const parts = shown.map(
    (finding) =>
      `${paint(finding.act)} ${finding.rule}  ${placeOf(finding)}\n` +
      `  ${finding.says[language]}${finding.quoted ? { en: ' (quoted)', zh: '（引用）' }[language] : ''}\n` +
      (finding.excerpt === '' ? '' : `  > ${finding.excerpt}\n`) +
      `  ${finding.advice[language]}\n`,
  )
  const notes = report.findings.length - shown.length
  const rows = report.permissions.map((line) => [`  ${line[language]}`])
  const name = [report.skill.name, report.skill.version].filter((word) => word !== '').join(' ')
  return [
    ...parts,
    ...(rows.length > 0 ? [`${{ en: 'It may:', zh: '权限：' }[language]}\n${alignedTable(rows)}`] : []),
    ...(report.dynamic ? report.dynamic.notes.map((note) => `${note}\n`) : []),
    ...(notes > 0
      ? [
          `${{ en: `${notes} notes: --all shows them.`, zh: `另有 ${notes} 条提示：--all 显示。` }[language]}\n`,
        ]
      : []),
    `${paint(report.verdict)}  ${name === '' ? '' : `${name}  `}sha256:${report.skill.digest}\n`,
  ].join('')
}

const placeOf = ({ path, line, column }: SkillFinding): string =>
  line === 0 ? path : `${path}:${line}:${column}`
