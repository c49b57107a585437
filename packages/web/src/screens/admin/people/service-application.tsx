import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Checkbox, TextArea } from '../../../parts/field.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { linesOf } from './text-lines.ts'
import type { ServicePanelProps } from './service-screen.tsx'
import { serviceWords } from './service-words.ts'

/** Where people are taken back whom it signs in here. */
export function ServiceApplication({ service, onChanged }: ServicePanelProps): ReactNode {
  const w = useWords(serviceWords)
  const [redirects, setRedirects] = useState(service.redirectUris.join('\n'))
  const [resources, setResources] = useState(service.resources.join('\n'))
  const [isPublic, setPublic] = useState(service.public)
  const keeping = useMutation({
    mutationFn: () =>
      server.serviceAccounts.change(service.id, {
        redirectUris: linesOf(redirects),
        resources: linesOf(resources),
        public: isPublic,
      }),
    async onSuccess(kept) {
      notify(w('kept', { name: kept.name }))
      await onChanged()
    },
  })
  return (
    <Panel title={w('asApplication')} lead={w('applicationLead')}>
      <form
        className="max-w-2xl space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!keeping.isPending) keeping.mutate()
        }}
      >
        <TextArea
          label={w('redirects')}
          rows={2}
          placeholder="https://wiki.example.org/signed-in"
          value={redirects}
          onChange={(event) => setRedirects(event.currentTarget.value)}
          spellCheck={false}
        />
        <TextArea
          label={w('resources')}
          rows={2}
          value={resources}
          onChange={(event) => setResources(event.currentTarget.value)}
          spellCheck={false}
        />
        <Checkbox label={w('public')} help={w('publicHelp')} checked={isPublic} onChange={setPublic} />
        {keeping.error !== null && <Refused error={keeping.error} />}
        <Button type="submit" isBusy={keeping.isPending}>
          {w('keep')}
        </Button>
      </form>
    </Panel>
  )
}
