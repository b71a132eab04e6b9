import { Radio } from 'lucide-react'

import { useLiveState } from '../api/useLive'
import { useOnline } from './OfflineBar'
import { useDelayed } from './useDelayed'
import { words } from './words'

const PATIENCE_MS = 3_000 // a connection that comes back at once is not worth a word

/** Says above the page that changes of others arrive late, for as long as they do. */
export function LiveBar() {
  const isAway = useDelayed(useLiveState() === 'polling', PATIENCE_MS)
  if (!useOnline() || !isAway) return null
  return (
    <div role="status" className="flex shrink-0 items-center gap-2 border-b border-line bg-warn-soft px-6 py-2 text-13 text-warn">
      <Radio size={15} aria-hidden />
      {words.polling}
    </div>
  )
}
