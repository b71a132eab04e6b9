import { useQuery } from '@tanstack/react-query'

import { useMay } from '../../api/me'
import type { Entry } from './filtering'
import { namesQuery } from './queries'
import { words } from './words'

/** Who did it, by name for those who may read names. */
export function Actor({ entry }: { entry: Pick<Entry, 'actor_kind' | 'actor_id'> }) {
  const names = useQuery(namesQuery(useMay()('users:read'))).data
  if (entry.actor_kind === 'system') return <span className="text-muted">{words.program}</span>
  if (entry.actor_kind === 'anonymous') return <span className="text-muted">{words.anonymous}</span>
  const name = entry.actor_id === null ? undefined : names?.get(entry.actor_id)
  if (name) return <>{entry.actor_kind === 'token' ? `${words.token} · ${name}` : name}</>
  return (
    <span title={entry.actor_id ?? undefined}>
      {entry.actor_kind === 'token' ? words.token : words.actors.person} <code className="text-muted">{entry.actor_id?.slice(-6)}</code>
    </span>
  )
}
