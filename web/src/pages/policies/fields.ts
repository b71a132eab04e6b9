/** The settings of a policy that people edit here: what each is called, its unit, its choices. Others are kept as they are. */

export type GroupName = 'governance' | 'guardrails' | 'rule' | 'comparability' | 'breaker' | 'brake'

export type PolicyField = {
  group: GroupName
  key: string
  label: string
  hint?: string
  /** Matters only while another setting of the group has this value. */
  when?: readonly [key: string, value: string]
} & (
  | { kind: 'percent'; optional?: boolean }
  | { kind: 'whole'; unit?: string; optional?: boolean }
  | { kind: 'amount' }
  | { kind: 'flag' }
  | { kind: 'choice' | 'set'; choices: readonly { value: string; label: string }[] }
)

const USE = [{ value: 'use', label: 'Use' }, { value: 'exclude', label: 'Leave out' }]

export const FIELDS: readonly PolicyField[] = [
  { group: 'governance', key: 'auto_apply_below_ppm', kind: 'percent', label: 'Applies by itself below a change of', hint: '0 lets nothing apply by itself.' },
  { group: 'governance', key: 'auto_apply_min_confidence', kind: 'whole', label: 'and a confidence of at least', unit: 'of 100' },
  { group: 'governance', key: 'two_person_above_ppm', kind: 'percent', label: 'Two people above a change of' },
  { group: 'governance', key: 'daily_changes', kind: 'whole', label: 'Changes a day at most', optional: true },
  { group: 'governance', key: 'grace_minutes', kind: 'whole', label: 'Undo possible for', unit: 'minutes', hint: 'After an approval, before the price goes live.' },
  { group: 'governance', key: 'lifetime_hours', kind: 'whole', label: 'A proposal expires after', unit: 'hours' },

  { group: 'guardrails', key: 'min_margin_ppm', kind: 'percent', label: 'Minimum margin', hint: 'Profit over net price.' },
  { group: 'guardrails', key: 'min_markup_ppm', kind: 'percent', label: 'Minimum mark-up', hint: 'Profit over cost.' },
  { group: 'guardrails', key: 'max_daily_change_ppm', kind: 'percent', label: 'Largest change in a day', optional: true },
  { group: 'guardrails', key: 'max_weekly_change_ppm', kind: 'percent', label: 'Largest change in a week', optional: true },
  { group: 'guardrails', key: 'market_ceiling_ppm', kind: 'percent', label: 'Ceiling above the market', optional: true },
  {
    group: 'guardrails', key: 'market_reference', kind: 'choice', label: 'measured from the',
    choices: [{ value: 'lowest', label: 'lowest offer' }, { value: 'median', label: 'median offer' }, { value: 'highest', label: 'highest offer' }],
  },

  {
    group: 'rule', key: 'position', kind: 'choice', label: 'Position among rivals',
    choices: [
      { value: 'lowest', label: 'The lowest' }, { value: 'average', label: 'The average' },
      { value: 'percentile', label: 'A percentile' }, { value: 'index', label: 'A price index' },
    ],
  },
  { group: 'rule', key: 'percentile_ppm', kind: 'percent', label: 'Percentile', when: ['position', 'percentile'], hint: '50 is the middle of the rivals’ prices.' },
  { group: 'rule', key: 'index_ppm', kind: 'percent', label: 'Price index', when: ['position', 'index'], hint: '100 is the rivals’ average.' },
  { group: 'rule', key: 'offset_ppm', kind: 'percent', label: 'Then add', hint: 'Below zero: stay under it.' },
  { group: 'rule', key: 'offset_amount', kind: 'amount', label: 'or add an amount', hint: 'Not both.' },
  {
    group: 'rule', key: 'fallback', kind: 'choice', label: 'Without rivals',
    choices: [{ value: 'hold', label: 'Keep the price' }, { value: 'target_margin', label: 'Follow the target margin' }],
  },
  { group: 'rule', key: 'target_margin_ppm', kind: 'percent', label: 'Target margin', optional: true, when: ['fallback', 'target_margin'] },
  { group: 'rule', key: 'dead_band_ppm', kind: 'percent', label: 'Leave out changes below' },

  { group: 'comparability', key: 'max_age_hours', kind: 'whole', label: 'Offers not older than', unit: 'hours' },
  { group: 'comparability', key: 'min_match_ppm', kind: 'percent', label: 'Match at least' },
  { group: 'comparability', key: 'use_weak_matches', kind: 'flag', label: 'Use weaker matches, with less confidence' },
  { group: 'comparability', key: 'unknown_availability', kind: 'choice', label: 'Stock not known', choices: USE },
  { group: 'comparability', key: 'unknown_condition', kind: 'choice', label: 'Condition not known', choices: USE },
  { group: 'comparability', key: 'unknown_shipping', kind: 'choice', label: 'Shipping not known', choices: USE },
  {
    group: 'comparability', key: 'packs', kind: 'choice', label: 'Other pack sizes',
    choices: [{ value: 'per_unit', label: 'Compare by unit' }, { value: 'same_size', label: 'Leave out' }],
  },
  {
    group: 'comparability', key: 'conditions', kind: 'set', label: 'Conditions',
    choices: [{ value: 'new', label: 'New' }, { value: 'refurbished', label: 'Refurbished' }, { value: 'used', label: 'Used' }],
  },
  { group: 'comparability', key: 'outlier_low_ppm', kind: 'percent', label: 'Outlier below', hint: 'Of the other offers’ median.' },
  { group: 'comparability', key: 'outlier_high_ppm', kind: 'percent', label: 'Outlier above', hint: 'Of the other offers’ median.' },

  { group: 'breaker', key: 'max_share_ppm', kind: 'percent', label: 'Stop when more of the catalog moves than' },
  { group: 'breaker', key: 'max_mean_ppm', kind: 'percent', label: 'or the average move is above' },
  { group: 'breaker', key: 'min_products', kind: 'whole', label: 'Share judged from', unit: 'products' },
  { group: 'breaker', key: 'min_moves', kind: 'whole', label: 'Average judged from', unit: 'moves' },

  { group: 'brake', key: 'window_days', kind: 'whole', label: 'Look back', unit: 'days' },
  { group: 'brake', key: 'rounds', kind: 'whole', label: 'Hold after mutual undercutting of', unit: 'rounds' },
  { group: 'brake', key: 'swings', kind: 'whole', label: 'Hold after', unit: 'swings of our price' },
  { group: 'brake', key: 'min_swing_ppm', kind: 'percent', label: 'Swings count from' },
  { group: 'brake', key: 'max_fall_ppm', kind: 'percent', label: 'Hold after a fall of' },
]

export const GROUPS: readonly GroupName[] = ['governance', 'guardrails', 'rule', 'comparability', 'breaker', 'brake']
