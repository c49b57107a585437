import { useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ConversationView } from './conversation-view.tsx'

/** `/chat/$id` */
export function ConversationScreen(): ReactNode {
  const { id } = useParams({ from: '/chat/$id' })
  const { message } = useSearch({ from: '/chat/$id' })
  return <ConversationView key={id} id={id} message={message} />
}
