import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { chatEvents, streamed } from '../system/gateway-upstream.ts'
import { askedOf } from '../system/tool-scripts.ts'
import { openApp } from './app.ts'
import type { TrustHouse } from './trust-house.ts'
import { sayAs } from './trust-house.ts'

const FOLDER = join(import.meta.dirname, '../../docs/images')

interface Words {
  readonly locale: string
  /** Behind the name of the file. */
  readonly suffix: string
  readonly question: string
  readonly source: string
  readonly letter: string
  readonly title: string
  /** What the model writes, with the placeholders that it was sent. */
  readonly answer: (person: string) => string
  readonly left: string
  readonly masked: string
}

const LANGUAGES: readonly Words[] = [
  {
    locale: 'en-GB',
    suffix: '',
    question: 'How do I create an API key?',
    source: 'Source 1',
    letter:
      'Write a short note to Anna Lindqvist (anna.lindqvist@example.org): her card 4111 1111 1111 1111 works again.',
    title: 'A note to Anna',
    answer: (person) =>
      `Dear ${person},\n\nGood news: your card works again, and there is nothing that you need to do.\n\nKind regards`,
    left: 'What left the building',
    masked: '3 masked',
  },
  {
    locale: 'zh-CN',
    suffix: '.zh-CN',
    question: '如何创建 API 密钥？',
    source: '来源 1',
    letter: '给张伟（zhang.wei@example.cn，手机 13800138000）写一封短信：他的银行卡已经可以正常使用。',
    title: '给张伟的通知',
    answer: (person) => `${person}您好：\n\n您的银行卡已恢复正常，可以继续使用，无需任何操作。\n\n祝好`,
    left: '离开系统的内容',
    masked: '脱敏',
  },
]

/** The pictures that the READMEs show: an answer beside the passage it quotes, and what left the building. */
export async function takePictures(browser: Browser, house: TrustHouse): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  for (const words of LANGUAGES) {
    const { page, context } = await openApp(browser, house, {
      locale: words.locale,
      viewport: { width: 1280, height: 760 },
    })
    await page.getByRole('button', { name: words.question }).click()
    await page.getByRole('button', { name: words.source }).click()
    await page.getByRole('complementary').locator('mark').first().waitFor()
    await page.mouse.move(0, 0)
    await save(page, `answer${words.suffix}`)

    house.cloud.answer((seen, response) => {
      const asked = JSON.stringify(askedOf(seen).messages.at(-1)?.content)
      const person = /(?:to |给)(\S+?)[ （(]/.exec(asked)?.[1] ?? ''
      return streamed(chatEvents([words.answer(person)]))(seen, response)
    })
    const id = await sayAs(context, house, { text: words.letter, model: 'cloud', title: words.title })
    await page.goto(`${house.url}/chat/${id}`)
    await page.locator('[aria-haspopup=dialog]', { hasText: words.masked }).last().click()
    await page.getByRole('button', { name: words.left }).click()
    await page.getByRole('dialog').locator('mark').first().waitFor()
    await page.mouse.move(0, 0)
    await save(page, `left${words.suffix}`)
    await context.close()
  }
}

/** As WebP: a quarter of the bytes that the same picture has as PNG. */
async function save(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  const devtools = await page.context().newCDPSession(page)
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 80 })
  writeFileSync(join(FOLDER, `${name}.webp`), Buffer.from(data, 'base64'))
}
