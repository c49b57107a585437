import { readable } from '../../skills/installed/result-parts.ts'
import type { OpenSkills } from '../../skills/open-skills.ts'
import type { Call, Handlers } from './handlers.ts'

type SkillOperation = Extract<keyof Handlers, `skill.${string}` | `upgrade.${string}`>

/** Skills: taken in, permitted, called, tried and taken back. */
export function skillHandlers(skills: OpenSkills): Pick<Handlers, SkillOperation> {
  const { installing, canaries, listing, shop } = skills
  return {
    'skill.list': async ({ caller }) => ({ data: await listing.list(caller), next: null }),
    async 'skill.get'({ caller, params }) {
      await skills.flush()
      return listing.detail(caller, params.name)
    },
    'skill.catalogue': ({ caller, query }) => shop.list(caller, query),
    'skill.draft': ({ body }) => shop.draft(body),
    'skill.try': ({ caller, body, request, signal }) =>
      shop.tryOnce({ caller, commit: { request } }, { ...body, signal }),
    'skill.versions': async ({ caller, params }) => ({
      data: await listing.versions(caller, params.name),
      next: null,
    }),
    'skill.install': ({ caller, body, request }) => installing.install({ caller, commit: { request } }, body),
    'skill.update': ({ caller, params, body, request }) =>
      installing.update({ caller, commit: { request } }, params.name, body),
    'skill.change': ({ caller, params, body, request }) =>
      installing.change({ caller, commit: { request } }, params.name, body),
    'skill.approve': ({ caller, params, body, request }) =>
      installing.approve({ caller, commit: { request } }, params.name, body.digest),
    'skill.canary': ({ caller, params, body, request }) =>
      canaries.start({ caller, commit: { request } }, params.name, body),
    'skill.rollback': ({ caller, params, request }) =>
      canaries.rollback({ caller, commit: { request } }, params.name),
    async 'skill.revoke'({ caller, body, request }) {
      return { revoked: [...(await installing.revoke({ caller, commit: { request } }, body.digest))] }
    },
    async 'skill.remove'({ caller, params, request }) {
      await installing.remove({ caller, commit: { request } }, params.name)
      return undefined
    },
    async 'skill.secret'({ caller, params, body, request }) {
      const by = { caller, commit: { request } }
      await installing.setSecret(by, params.name, params.secret, body.value)
      return undefined
    },
    async 'skill.forget_secret'({ caller, params, request }) {
      await installing.setSecret({ caller, commit: { request } }, params.name, params.secret, null)
      return undefined
    },
    'skill.call': (call) => called(skills, call),
    async 'skill.figures'({ caller, params, query }) {
      await skills.flush()
      return { hours: query.hours, versions: await listing.figures(caller, params.name, query.hours) }
    },
    'skill.export': ({ caller, params, request }) =>
      listing.export({ caller, commit: { request } }, params.name),
    'upgrade.exceptions': async ({ caller }) => ({
      data: await skills.exceptions.list({ caller }),
      next: null,
    }),
    'upgrade.except': ({ caller, body, request }) =>
      skills.exceptions.add({ caller, commit: { request } }, body),
    'skill.policy': async ({ caller }) => ({ level: await installing.policy({ caller }) }),
    'skill.put_policy': async ({ caller, body, request }) => ({
      level: await installing.setPolicy({ caller, commit: { request } }, body.level),
    }),
  }
}

async function called(skills: OpenSkills, { caller, params, body, request, signal }: Call<'skill.call'>) {
  const made = await skills.callByHand(caller, { skill: params.name, ...body, request, signal })
  const { manifest, digest } = made.version.package
  const shown = made.texts?.map(({ text }) => text).join('\n\n') ?? readable(made.value)
  return {
    value: made.value,
    text: shown,
    class: made.class,
    version: manifest.metadata.version,
    digest,
    durationMs: made.durationMs,
    isCut: made.isCut,
  }
}
