import type { ReactNode } from 'react'

export type Tone = 'neutral' | 'accent' | 'good' | 'bad' | 'warn'

const TONES: Record<Tone, string> = {
  neutral: 'bg-hover text-muted',
  accent: 'bg-accent-soft text-accent',
  good: 'bg-good-soft text-good',
  bad: 'bg-bad-soft text-bad',
  warn: 'bg-warn-soft text-warn',
}

/** A state in a word. */
export function Badge({ tone = 'neutral', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span title={title} className={`inline-flex items-center gap-1 rounded-[5px] px-1.5 text-12 leading-5 font-medium whitespace-nowrap ${TONES[tone]}`}>
      {children}
    </span>
  )
}
