import { Badge, type Tone } from '../../parts/Badge'
import type { ImportState } from './queries'
import { words } from './words'

const TONES: Record<ImportState, Tone> = {
  received: 'warn',
  checked: 'accent',
  queued: 'accent',
  running: 'accent',
  completed: 'good',
  failed: 'bad',
  undone: 'neutral',
}

/** Where an import stands. */
export function StateBadge({ state }: { state: ImportState }) {
  return <Badge tone={TONES[state]}>{words.states[state]}</Badge>
}
