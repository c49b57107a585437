import { Link } from '@tanstack/react-router'
import type { SkillView } from '@freehold/sdk'
import { Blocks } from 'lucide-react'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { buttonClass } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { Empty, Shown } from '../../parts/state.tsx'
import { useMay } from '../../session/session.ts'
import { own } from './both.ts'
import { useInstalled } from './installed.ts'
import { PolicyChoice } from './policy-choice.tsx'
import { effectsOf, effectWords, kindWords, skillsWords, stateWords } from './skills-words.ts'

const words = defineWords('installed', {
  lead: {
    en: 'What can be asked for in plain words. A skill reaches what it declared, and nothing else.',
    zh: '可以用日常语言请求的能力。技能只能访问它声明过的内容，别无其他。',
  },
  none: { en: 'No skill is installed', zh: '还没有安装技能' },
  noneHelp: {
    en: 'Order lookup, mail, calendars, spreadsheets and more come along with Freehold.',
    zh: 'Freehold 自带查运单、邮件、日历、表格等技能。',
  },
  noneGuest: { en: 'Whoever looks after skills can install some.', zh: '管理技能的人可以安装。' },
  look: { en: 'Look at the catalogue', zh: '查看技能目录' },
  canary: { en: 'Trying a new version', zh: '正在试用新版本' },
  unusable: { en: 'Not called', zh: '不会被调用' },
  policy: { en: 'What may be installed', zh: '允许安装的范围' },
})

/** The skills that are there. */
export function InstalledScreen(): ReactNode {
  const s = useWords(skillsWords)
  const w = useWords(words)
  const mayManage = useMay()('settings')
  const installed = useInstalled()
  const look = mayManage && (
    <Link to="/skills/catalogue" className={buttonClass('primary')}>
      <Blocks aria-hidden className="size-4" />
      {w('look')}
    </Link>
  )
  return (
    <Page title={s('title')} lead={w('lead')} actions={look}>
      <Shown query={installed}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title={w('none')} action={look}>
              {w(mayManage ? 'noneHelp' : 'noneGuest')}
            </Empty>
          ) : (
            <ul className="grid gap-3 wide:grid-cols-2">
              {data.map((skill) => (
                <li key={skill.name}>
                  <SkillCard skill={skill} />
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
      {mayManage && (
        <Section title={w('policy')}>
          <PolicyChoice />
        </Section>
      )}
    </Page>
  )
}

function SkillCard({ skill }: { readonly skill: SkillView }): ReactNode {
  const w = useWords(words)
  const k = useWords(kindWords)
  const e = useWords(effectWords)
  const t = useWords(stateWords)
  const effects = effectsOf(skill.operations.map(({ effect }) => effect))
  const { title, description } = skill
  const said = skill.zh ?? { title, description }
  return (
    <article className="flex h-full flex-col gap-2 rounded-large border border-line bg-sheet p-4">
      <h2 className="font-sans">
        <Link
          to="/skills/of/$name"
          params={{ name: skill.name }}
          className="font-medium text-accent hover:underline"
        >
          {own({ en: title, zh: said.title })}
        </Link>{' '}
        <span className="text-small text-soft">{skill.version}</span>
      </h2>
      <p className="line-clamp-3 grow text-small text-soft">
        {own({ en: description, zh: said.description })}
      </p>
      <p className="flex flex-wrap gap-1.5">
        <Chip>{k(skill.kind)}</Chip>
        {effects.map((effect) => (
          <Chip key={effect} tone={effect === 'read' ? 'good' : 'caution'}>
            {e(effect)}
          </Chip>
        ))}
        {skill.canary !== null && <Chip tone="private">{w('canary')}</Chip>}
        {!skill.isUsable && (
          <Chip tone={skill.state === 'quarantined' ? 'alarm' : 'plain'}>
            {skill.state === 'enabled' ? w('unusable') : t(skill.state)}
          </Chip>
        )}
      </p>
    </article>
  )
}
