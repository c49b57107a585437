import { useQuery } from '@tanstack/react-query'
import type { SettingsView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useLanguage, useWords } from '../../language/words.ts'
import { Chip } from '../../parts/chip.tsx'
import { Checkbox, TextField } from '../../parts/field.tsx'
import { Page, Sheet } from '../../parts/page.tsx'
import { Empty, Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'

const words = defineWords('settings', {
  title: { en: 'Settings', zh: '配置项' },
  lead: {
    en: 'Every key of the configuration, what it is, and where that was said. Keys are changed in the file or the environment; most take effect while the server runs.',
    zh: '每个配置键的当前值及其来源。配置在文件或环境变量中更改，多数会在服务器运行时生效。',
  },
  file: { en: 'File: {file}', zh: '文件：{file}' },
  noFile: { en: 'No file is read: everything is as it comes.', zh: '没有读取配置文件：全部使用默认值。' },
  find: { en: 'Find a setting', zh: '查找配置项' },
  findHelp: { en: 'By its name, its meaning or its value', zh: '按名称、含义或值查找' },
  changed: { en: 'Only what is set', zh: '只看已设置的' },
  none: { en: 'No setting is like that', zh: '没有这样的配置项' },
  default: { en: 'as it comes', zh: '默认值' },
  unset: { en: 'not set', zh: '未设置' },
  live: { en: 'Takes effect at once', zh: '立即生效' },
  restart: { en: 'After a restart', zh: '重启后生效' },
  count: { en: '{count, plural, one {# setting} other {# settings}}', zh: '{count} 个配置项' },
})

type Setting = SettingsView['data'][number]

const shownValue = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '')

/** Finds a setting, and says where its value comes from. */
export function SettingsScreen(): ReactNode {
  const w = useWords(words)
  const language = useLanguage()
  const [text, setText] = useState('')
  const [isSetOnly, setSetOnly] = useState(false)
  const settings = useQuery({ queryKey: ['admin', 'settings'], queryFn: () => server.settings.read() })
  const needles = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const fits = ({ key, meaning, zh, value, variable, origin }: Setting): boolean => {
    const hay = `${key} ${meaning} ${zh} ${shownValue(value)} ${variable ?? ''}`.toLowerCase()
    return needles.every((word) => hay.includes(word)) && (!isSetOnly || origin !== 'default')
  }
  return (
    <Page isWide title={w('title')} lead={w('lead')}>
      <div className="flex flex-wrap items-end gap-4">
        <div className="grow">
          <TextField
            label={w('find')}
            placeholder={w('findHelp')}
            type="search"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <div className="pb-1.5">
          <Checkbox label={w('changed')} checked={isSetOnly} onChange={setSetOnly} />
        </div>
      </div>
      <Shown query={settings}>
        {({ file, data }) => {
          const found = data.filter(fits)
          return (
            <>
              <p role="status" className="text-small text-soft">
                {w('count', { count: found.length })} · {file === null ? w('noFile') : w('file', { file })}
              </p>
              {found.length === 0 ? (
                <Empty title={w('none')} />
              ) : (
                <Sheet className="p-0!">
                  <ul>
                    {found.map((setting) => (
                      <li
                        key={setting.key}
                        className="space-y-1 border-b border-line px-4 py-3 last:border-0"
                      >
                        <p className="flex flex-wrap items-center gap-2">
                          <code className="font-medium">{setting.key}</code>
                          <Chip tone={setting.origin === 'default' ? 'plain' : 'good'}>
                            {setting.origin === 'default' ? w('default') : setting.origin}
                          </Chip>
                          <span className="text-tiny text-soft">{w(setting.reload)}</span>
                        </p>
                        <p>
                          <code className="rounded-small bg-sunk px-1 text-small">
                            {setting.value === null ? w('unset') : shownValue(setting.value)}
                          </code>
                          {setting.variable !== null && (
                            <code className="ms-2 text-tiny text-soft">{setting.variable}</code>
                          )}
                        </p>
                        <p className="text-small text-soft">
                          {language === 'zh-CN' ? setting.zh : setting.meaning}
                        </p>
                      </li>
                    ))}
                  </ul>
                </Sheet>
              )}
            </>
          )
        }}
      </Shown>
    </Page>
  )
}
