import { type Change, changesOf, isId } from './changes'
import type { Entry } from './filtering'
import { words } from './words'

const SHOWN = 2

/** The first changes of an entry in a line; ids are for the whole entry. */
export function ChangeText({ entry }: { entry: Entry }) {
  const changes = changesOf(entry).filter((change) => !isId(change))
  return (
    <span className="block truncate">
      {changes.slice(0, SHOWN).map((change) => (
        <span key={change.field} className="mr-3">
          <span className="text-muted">{change.field}: </span>
          <BeforeAfter change={change} />
        </span>
      ))}
      {changes.length > SHOWN && <span className="text-muted">{words.more(changes.length - SHOWN)}</span>}
    </span>
  )
}

function BeforeAfter({ change: { before, after } }: { change: Change }) {
  if (before === null) return <>{after}</>
  return (
    <>
      <span className="text-muted">{before}</span> → {after ?? '–'}
    </>
  )
}
