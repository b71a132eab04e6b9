/** An experiment as it is typed, and what is read of one. Pure. */
import type { Detail, Experiment, Plan, Policy } from './queries'
import { words } from './words'

export type Draft = {
  name: string
  treatment: string
  control: string
  kind: 'clusters' | 'switchback'
  grouping: 'category' | 'category_brand' | 'product' | 'shop'
  days: string
  effect: string
  category: string
  brand: string
}

export const EMPTY: Draft = { name: '', treatment: '', control: '', kind: 'clusters', grouping: 'category', days: '56', effect: '5', category: '', brand: '' }

/** In a switchback the whole shop may take turns together; with clusters there would be nothing to compare. */
export function groupingsFor(kind: Draft['kind']): readonly Draft['grouping'][] {
  return kind === 'switchback' ? ['shop', 'category', 'category_brand', 'product'] : ['category', 'category_brand', 'product']
}

/** With the kind the grouping may lose its sense. */
export function withKind(draft: Draft, kind: Draft['kind']): Draft {
  const fits = groupingsFor(kind).includes(draft.grouping)
  return { ...draft, kind, grouping: fits ? draft.grouping : 'category' }
}

/** What is not asked for: one false alarm in twenty, the effect found in four of five, turns of a week whose first day does not count. */
const USUAL = { metric: 'profit', level: 0.05, power: 0.8, block_days: 7, washout_days: 1 } as const

export function protocolOf(draft: Draft) {
  return { ...USUAL, kind: draft.kind, grouping: draft.grouping, days: Number(draft.days) }
}

function filled(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}

export function planBody(draft: Draft) {
  return { protocol: protocolOf(draft), effect: Number(draft.effect.replace(',', '.')) / 100, category: filled(draft.category), brand: filled(draft.brand) }
}

export function draftBody(draft: Draft) {
  return {
    name: draft.name.trim(),
    protocol: protocolOf(draft),
    category: filled(draft.category),
    brand: filled(draft.brand),
    treatment_policy: filled(draft.treatment),
    control_policy: filled(draft.control),
  }
}

export function areSame(draft: Draft): boolean {
  return draft.treatment === draft.control
}

/** Whether a length finds what is asked for with the power that is wanted. */
export function isAdvised(plan: Plan, days: number): boolean {
  return plan.advised_days === days
}

/** What a policy of an arm is called. */
export function armName(id: string | null, policies: readonly Policy[]): string {
  if (id === null) return words.presentPrices
  return policies.find((policy) => policy.id === id)?.name ?? words.unknownPolicy
}

export type Tone = 'neutral' | 'accent' | 'good' | 'bad' | 'warn'

/** Good and bad are for profit; what is not decided is neither. */
export function verdictTone(verdict: string | null): Tone {
  if (verdict === 'better') return 'good'
  return verdict === 'worse' || verdict === 'harm' ? 'bad' : 'neutral'
}

export function stateTone(state: Experiment['state']): Tone {
  return state === 'running' ? 'accent' : state === 'draft' ? 'warn' : 'neutral'
}

/** The arm of a cluster: one for the whole time, or turns. */
export function armOf(cluster: Detail['clusters'][number]): keyof typeof words.arms {
  const arms = new Set(cluster.arms)
  if (arms.size > 1) return 'turns'
  if (arms.has(1)) return 'treatment'
  return arms.has(0) ? 'control' : 'outside'
}
