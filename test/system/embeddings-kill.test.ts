import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embeddingsView } from '../../packages/contract/src/embeddings.ts'
import { askedOf, embeddingServer, embeds } from './embedding-server.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import { emptyData } from './house.ts'
import { silent } from './gateway-upstream.ts'
import { untilTrue } from './people-house.ts'

const PART = 'The surveyor measures the length of one more bridge and writes it down with great care. '

test('a kill in the middle of embedding costs what was under way, in one large document as among small ones', async () => {
  const provider = await embeddingServer()
  const data = await emptyData()
  const config = {
    targets: [privateModel(provider.url)],
    routes: [{ when: { model: 'meaning-1', class: ['public', 'internal'] }, to: ['house'] }],
    knowledge: { guide: false, embeddingModel: 'meaning-1' },
  }
  const options = { data, key: ['--scope', '*'] }
  let house = await openGateway(config, options)
  const created = await house.post('/api/collections', { name: 'Bridges' })
  const { id } = (await created.json()) as { id: string }
  const small = Array.from({ length: 300 }, (_, at) => ({
    id: `small ${at}`,
    title: `Bridge ${at}`,
    text: `Number ${at} was built over river ${at % 7}.`,
  }))
  // Headings, so that it is cut into as many passages.
  const large = Array.from({ length: 1400 }, (_, at) => `# Bridge ${at}\n\n${PART.repeat(6)}\n`).join('\n')
  // From a number of requests on nobody is answered.
  const answers = (most: number): void => {
    let count = 0
    provider.answer((seen, response) => (++count <= most ? embeds()(seen, response) : silent(seen, response)))
  }
  const asked = (): string[] => provider.seen.flatMap((one) => askedOf(one).input)
  const add = async (documents: readonly object[]): Promise<void> => {
    const added = await house.post(`/api/collections/${id}/documents`, { documents })
    assert.equal(added.status, 201, await added.text())
  }
  const killedAt = async (requests: number): Promise<void> => {
    await untilTrue(async () => provider.seen.length > requests)
    await house.kill()
    provider.answer(embeds())
    provider.forget()
    house = await openGateway(config, options)
    await untilTrue(async () => {
      const answer = await house.get('/api/embeddings')
      // A database that is still recovering may keep it waiting.
      if (answer.status === 503) return false
      const view = embeddingsView.parse(await answer.json())
      return view.state === 'resting' && view.embedded.documents === view.documents
    })
  }
  // Four requests hold a hundred documents: after eight of them two hundred are kept.
  answers(8)
  await add(small)
  await killedAt(8)
  assert.ok(asked().length <= 100, `${asked().length} texts were embedded again`)
  provider.forget()
  answers(34)
  await add([{ id: 'large', title: 'Bridges', text: large }])
  await killedAt(34)
  assert.ok(asked().length > 0 && asked().length < 600, `${asked().length} texts were embedded again`)
  await house.close()
  await provider.close()
})
