import { useState } from 'react'

import { useNow } from '../../parts/Age'
import { number } from '../../parts/format'
import { Panel } from '../../parts/Panel'
import { ProgressBar } from './ProgressBar'
import { secondsLeft, shareRead } from './progress'
import type { Import } from './queries'
import { stageName } from './UnderWay'
import { words } from './words'

/** An import under way: step by name, rows done, time left where it can be known. */
export function RunningPanel({ one, all }: { one: Import; all: number | undefined }) {
  return (
    <Panel title={stageName(one)}>
      <div role="status" className="flex max-w-[640px] flex-col gap-2 text-13">
        {one.state === 'running' ? <Reading one={one} all={all} /> : <ProgressBar label={words.run} share={null} />}
        <p className="text-muted">{words.closeAbout}</p>
      </div>
    </Panel>
  )
}

function Reading({ one, all }: { one: Import; all: number | undefined }) {
  const now = useNow(1_000)
  const [started] = useState(now)
  const { read, rejected } = one.counts
  const left = secondsLeft(read, all, (now - started) / 1_000)
  return (
    <>
      <ProgressBar label={words.run} share={one.stage === 'reading' ? shareRead(read, all) : null} />
      <p className="figures text-muted">
        {number(read)} {all ? `of ${number(all)} ` : ''}rows read
        {rejected > 0 && `, ${number(rejected)} rejected`}
        {left !== null && `, about ${number(left)} s left`}
      </p>
    </>
  )
}
