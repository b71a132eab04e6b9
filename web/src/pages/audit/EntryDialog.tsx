import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import { Dialog } from '../../parts/Dialog'
import { date } from '../../parts/format'
import { Nothing } from '../../parts/Money'
import { Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { Actor } from './Actor'
import { asText, changesOf } from './changes'
import { type Entry, inWords } from './filtering'
import { entryQuery } from './queries'
import { SubjectLink } from './SubjectLink'
import { words } from './words'

const HEAD = 'h-8 border-b border-line px-2 text-left text-12 font-medium text-muted first:pl-0'
const CELL = 'max-w-72 border-b border-line px-2 py-1.5 align-top break-words first:pl-0'

/** One entry whole: what was and what became, why, and the request it came with. */
export function EntryDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const entry = useQuery(entryQuery(id))
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={entry.data ? inWords(entry.data.event) : words.title}
      about={entry.data && <code>{entry.data.event}</code>}
    >
      {entry.isPending && <Skeleton lines={6} />}
      {entry.error && <Problem error={entry.error} onRetry={() => void entry.refetch()} />}
      {entry.data && <EntryFacts entry={entry.data} />}
    </Dialog>
  )
}

function EntryFacts({ entry }: { entry: Entry }) {
  return (
    <div className="flex flex-col gap-4 text-13">
      <dl className="grid grid-cols-[110px_minmax(0,1fr)] gap-x-3 gap-y-1.5">
        <Fact name={words.when}>{date(entry.at)}</Fact>
        <Fact name={words.who}>
          <Actor entry={entry} />
        </Fact>
        <Fact name={words.on}>
          {entry.subject_kind.replaceAll('_', ' ')} <code className="break-all text-muted">{entry.subject_id}</code>{' '}
          <Link to="/audit" search={{ subject: entry.subject_id }} className="text-accent underline">
            {words.sameSubject}
          </Link>{' '}
          <SubjectLink entry={entry} />
        </Fact>
        {entry.reason && <Fact name={words.reason}>{entry.reason}</Fact>}
        {entry.request_id && (
          <Fact name={words.request}>
            <code className="break-all text-muted">{entry.request_id}</code>{' '}
            <Link to="/audit" search={{ request: entry.request_id }} className="text-accent underline">
              {words.sameRequest}
            </Link>
          </Fact>
        )}
        {entry.trace_id && (
          <Fact name={words.trace}>
            <code className="break-all text-muted">{entry.trace_id}</code>
          </Fact>
        )}
        {Object.entries(entry.details).map(([name, value]) => (
          <Fact key={name} name={name.replace(/_ppm$/, '').replaceAll('_', ' ')}>
            <span className="break-words">{asText(value, name) ?? <Nothing />}</span>
          </Fact>
        ))}
      </dl>
      <Changes entry={entry} />
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function Changes({ entry }: { entry: Entry }) {
  const changes = changesOf(entry)
  if (changes.length === 0) return <p className="text-muted">{words.nothingChanged}</p>
  return (
    <table className="w-full border-separate border-spacing-0">
      <thead>
        <tr>
          <th scope="col" className={HEAD}>{words.field}</th>
          <th scope="col" className={HEAD}>{words.before}</th>
          <th scope="col" className={HEAD}>{words.after}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.field}>
            <td className={`${CELL} font-medium`}>{change.field}</td>
            <td className={`${CELL} text-muted`}>{change.before ?? <Nothing />}</td>
            <td className={CELL}>{change.after ?? <Nothing />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
