import { useQuery } from '@tanstack/react-query'

import { Button } from '../../parts/Button'
import { Skeleton } from '../../parts/Panel'
import { Problem } from '../../parts/Problem'
import { proposalQuery } from './queries'
import { WhyPanel } from './WhyPanel'
import { words } from './words'

/** In the place of a proposal that left the list while it was open: what became of it, and the way on. */
export function GonePanel({ id, onNext }: { id: string; onNext: (() => void) | null }) {
  const { data, error, refetch } = useQuery({ ...proposalQuery(id), staleTime: 0 })
  if (error) return <div className="p-5"><Problem error={error} onRetry={() => void refetch()} /></div>
  return (
    <>
      <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-warn-soft px-5 py-2.5 text-13">
        <span>
          <strong className="font-semibold">{data ? `${words.becameOf[data.state]}.` : words.changedMeanwhile}</strong> {words.goneAbout}
        </span>
        {onNext && (
          <Button small className="ml-auto" keyName="J" onClick={onNext}>
            {words.next}
          </Button>
        )}
      </div>
      {data ? <WhyPanel proposal={data} /> : <div className="p-5"><Skeleton lines={8} /></div>}
    </>
  )
}
