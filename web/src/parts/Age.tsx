import { useEffect, useState } from 'react'

import { age, date } from './format'

const TICK = 30_000

/** How old something is, kept up to date; the exact moment stands in the title. `after` in hours turns it amber. */
export function Age({ at, after }: { at: string; after?: number }) {
  const now = useNow()
  const isOld = after !== undefined && now - new Date(at).getTime() > after * 3_600_000
  return (
    <time dateTime={at} title={date(at)} className={`whitespace-nowrap ${isOld ? 'text-warn' : ''}`}>
      {age(at, now)}
      {isOld && <span className="sr-only"> (old)</span>}
    </time>
  )
}

/** The present moment, twice a minute. */
export function useNow(every = TICK): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}
