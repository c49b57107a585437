import { CANARY } from './operation-ground.ts'
import type { Sample } from './operation-subjects.ts'
import {
  aConversation,
  aFailedRun,
  anArtifact,
  anAttachment,
  aNote,
  aProject,
  aReadAttachment,
  aRun,
  aShare,
  bare,
} from './operation-subjects.ts'

/** Of conversations, runs and what stands around them. */
export const CONVERSATION_SAMPLES = {
  'conversation.create': async () => ({ body: { title: CANARY } }),
  'conversation.list': bare,
  'conversation.search': async () => ({ body: { query: CANARY } }),
  'conversation.find': async (ground, by) => ({
    id: await aConversation(ground, by),
    body: { text: CANARY },
  }),
  'conversation.delete_many': async (ground, by) => ({ body: { ids: [await aConversation(ground, by)] } }),
  'conversation.lock': async (ground, by) => ({ id: await aConversation(ground, by) }),
  'conversation.read': async (ground, by) => ({ id: await aConversation(ground, by) }),
  'conversation.change': async (ground, by) => ({
    id: await aConversation(ground, by),
    body: { title: CANARY, pinned: true },
  }),
  'conversation.delete': async (ground, by) => ({ id: await aConversation(ground, by) }),
  'conversation.fork': async (ground, by) => {
    const { conversation, message } = await aRun(ground, by)
    return { id: conversation, body: { message } }
  },
  'message.foresee': async () => ({ body: { text: CANARY } }),
  'message.list': async (ground, by) => ({ id: await aConversation(ground, by) }),
  'message.send': async (ground, by) => ({ id: await aConversation(ground, by), body: { text: CANARY } }),
  'message.regenerate': async (ground, by) => {
    const { conversation, message } = await aRun(ground, by)
    return { id: conversation, body: { message } }
  },
  'conversation.export': async (ground, by) => ({ id: await aConversation(ground, by) }),
  'conversation.import': async () => ({
    body: {
      data: {
        conversationId: 'c',
        title: CANARY,
        messages: [{ messageId: 'm', isCreatedByUser: true, text: CANARY }],
      },
    },
  }),
  'attachment.add': async (ground, by) => ({
    id: await aConversation(ground, by),
    body: { name: `${CANARY}.txt`, text: `The ${CANARY} sings.` },
  }),
  'attachment.list': async (ground, by) => ({ id: await aConversation(ground, by) }),
  'attachment.read': async (ground, by) => ({ id: await anAttachment(ground, by) }),
  'attachment.text': async (ground, by) => ({ id: await aReadAttachment(ground, by) }),
  'attachment.download': async (ground, by) => ({ id: await anAttachment(ground, by) }),
  'attachment.delete': async (ground, by) => ({ id: await anAttachment(ground, by) }),
  'artifact.create': async (ground, by) => ({
    id: await aConversation(ground, by),
    body: { title: CANARY, text: CANARY },
  }),
  'artifact.list': async (ground, by) => ({ id: await aConversation(ground, by) }),
  'artifact.write': async (ground, by) => ({ id: await anArtifact(ground, by), body: { text: CANARY } }),
  'artifact.read': async (ground, by) => ({ id: await anArtifact(ground, by) }),
  'artifact.delete': async (ground, by) => ({ id: await anArtifact(ground, by) }),
  'memory.create': async () => ({ body: { text: CANARY } }),
  'memory.list': bare,
  'memory.change': async (ground, by) => ({
    id: await aNote(ground, 'memories', by),
    body: { text: CANARY },
  }),
  'memory.delete': async (ground, by) => ({ id: await aNote(ground, 'memories', by) }),
  'template.create': async () => ({ body: { name: CANARY, text: CANARY } }),
  'template.list': bare,
  'template.change': async (ground, by) => ({
    id: await aNote(ground, 'templates', by),
    body: { name: CANARY },
  }),
  'template.delete': async (ground, by) => ({ id: await aNote(ground, 'templates', by) }),
  'project.create': async () => ({ body: { name: CANARY } }),
  'project.list': bare,
  'project.change': async (ground, by) => ({ id: await aProject(ground, by), body: { name: CANARY } }),
  'project.delete': async (ground, by) => ({ id: await aProject(ground, by) }),
  'share.create': async (ground, by) => ({ id: (await aRun(ground, by)).conversation, body: {} }),
  'share.list': async (ground, by) => ({ id: await aConversation(ground, by) }),
  'share.revoke': async (ground, by) => ({ id: (await aShare(ground, by)).id }),
  'share.read': async (ground, by) => ({ id: (await aShare(ground, by)).token }),
  'share.open': async (ground, by) => {
    const [, , tenant = '', id = ''] = (await aShare(ground, by, 'anyone')).path?.split('/') ?? []
    return { tenant, id }
  },
  'run.read': async (ground, by) => ({ id: (await aRun(ground, by)).run }),
  'run.events': async (ground, by) => ({ id: (await aRun(ground, by)).run }),
  'run.stop': async (ground, by) => ({ id: (await aRun(ground, by)).run }),
  'run.continue': async (ground, by) => ({ id: (await aFailedRun(ground, by)).run }),
} satisfies Readonly<Record<string, Sample>>
