import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { announce, announceProblem } from '../../app/toasts'
import { api, read } from '../../api/client'
import { useMay } from '../../api/me'
import { Age } from '../../parts/Age'
import { Button } from '../../parts/Button'
import { Confirm } from '../../parts/Confirm'
import { type Parked, parkedQuery } from './queries'
import { words } from './words'

/** Events that a part of the program gave up on, to try again or to drop. */
export function ParkedPanel() {
  const parked = useSuspenseQuery(parkedQuery).data.items
  const client = useQueryClient()
  const may = useMay()('operations:manage')
  const [dropping, setDropping] = useState<Parked | null>(null)
  const act = async (call: Promise<unknown>, done: string) => {
    try {
      await call
      announce(done)
    } catch (error) {
      announceProblem(error)
    }
    await client.invalidateQueries({ queryKey: parkedQuery.queryKey })
  }
  const which = ({ consumer, journal_id }: Parked) => ({ consumer, journal_id })
  if (parked.length === 0) return <p className="text-13 text-muted">{words.noParked}</p>
  return (
    <>
      <ul className="divide-y divide-line text-13">
        {parked.map((one) => (
          <li key={`${one.consumer} ${one.journal_id}`} className="flex flex-col gap-1 py-2">
            <div className="flex flex-wrap items-center gap-2">
              <code className="min-w-0 flex-1 truncate text-12">{one.event}</code>
              <span className="text-12 text-muted">
                {words.failedAt} <Age at={one.at} />
              </span>
            </div>
            <p className="text-12">
              <span className="text-muted">{one.consumer}: </span>
              {one.error}
            </p>
            {may && (
              <div className="flex gap-2">
                <Button small onClick={() => void act(read(api.POST('/api/v1/system/parked/retry', { body: which(one) })), words.delivered)}>
                  {words.retry}
                </Button>
                <Button small kind="danger" onClick={() => setDropping(one)}>
                  {words.drop}
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {dropping && (
        <Confirm
          open
          title={`${words.drop}: ${dropping.event}`}
          about={words.dropAbout}
          action={words.drop}
          onClose={() => setDropping(null)}
          onConfirm={() => act(read(api.POST('/api/v1/system/parked/drop', { body: { ...which(dropping), reason: words.dropReason } })), words.dropped)}
        />
      )}
    </>
  )
}
