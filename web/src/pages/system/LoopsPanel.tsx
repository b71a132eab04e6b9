import { useSuspenseQuery } from '@tanstack/react-query'

import { Age } from '../../parts/Age'
import { Badge } from '../../parts/Badge'
import { date } from '../../parts/format'
import { type Loop, loopsQuery } from './queries'
import { words } from './words'

/** What the program does by itself: when it did it last, what came of it, when it does it next. */
export function LoopsPanel() {
  const loops = useSuspenseQuery(loopsQuery).data
  return (
    <ul className="divide-y divide-line text-13">
      {loops.map((loop) => (
        <li key={loop.name} className="py-1.5">
          <div className="flex items-center gap-2">
            <span className="block min-w-0 flex-1 truncate font-medium first-letter:uppercase" title={loop.cron}>{loop.name}</span>
            <LastState loop={loop} />
          </div>
          <div className="text-12 text-muted">
            {words.lastRun} {loop.last_fired ? <Age at={loop.last_fired} /> : loop.job_state ? words.whenAsked : words.neverRun} · {words.nextRun} {date(loop.next_due)}
          </div>
        </li>
      ))}
    </ul>
  )
}

function LastState({ loop }: { loop: Loop }) {
  if (!loop.job_state) return null
  const tone = loop.job_state === 'failed' ? 'bad' : loop.job_state === 'succeeded' ? 'good' : 'neutral'
  return (
    <Badge tone={tone} title={loop.job_error ?? undefined}>
      {words.states[loop.job_state]}
    </Badge>
  )
}
