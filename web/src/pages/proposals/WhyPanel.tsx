import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import { Age, useNow } from '../../parts/Age'
import { Badge, type Tone } from '../../parts/Badge'
import { counted, date, money, number, percent, ppm } from '../../parts/format'
import { Interval } from '../../parts/Interval'
import { Skeleton } from '../../parts/Panel'
import { PriceLadder } from '../../parts/PriceLadder'
import { Problem } from '../../parts/Problem'
import { type Explanation, readExplanation } from './explanation'
import { type Proposal, proposalQuery } from './queries'
import { gainOf } from './stake'
import { LimitTable, RivalTable } from './WhyTables'
import { limitName, words } from './words'

const SURE = 80
const FAIR = 60

/** Why this price, in the order in which somebody decides. */
export function WhyPanel({ proposal }: { proposal: Proposal }) {
  const { data, error, refetch } = useQuery(proposalQuery(proposal.id))
  const why = data ? readExplanation(data.explanation) : null
  return (
    <article aria-label={proposal.product_name} className="flex flex-col gap-5 p-5">
      <Head proposal={proposal} />
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : why ? <Why proposal={proposal} why={why} /> : <Skeleton lines={12} />}
    </article>
  )
}

function Head({ proposal }: { proposal: Proposal }) {
  const now = useNow()
  const isLate = proposal.state === 'proposed' && Date.parse(proposal.expires_at) - now < 6 * 3_600_000
  const tone: Tone = proposal.confidence >= SURE ? 'good' : proposal.confidence >= FAIR ? 'warn' : 'bad'
  return (
    <header>
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <h2 className="min-w-0 text-16 font-semibold">
          <Link to="/catalog/$productId" params={{ productId: proposal.product_id }} className="hover:text-accent hover:underline">
            {proposal.product_name}
          </Link>
        </h2>
        <code className="pt-1 text-12 text-muted">{proposal.sku}</code>
      </div>
      <div className="mt-1 flex flex-wrap items-baseline gap-x-3 gap-y-2">
        <p className="figures text-24 font-semibold">
          {money(proposal.current_price, proposal.currency)} <span className="font-normal text-muted">→</span>{' '}
          {money(proposal.proposed_price, proposal.currency)}
        </p>
        <p className="figures text-13 text-muted">
          {ppm(proposal.change_ppm, 1, { signed: true })}
          {proposal.margin_ppm !== null && ` · ${words.why.margin} ${ppm(proposal.margin_ppm)}`}
        </p>
        <span className="ml-auto flex items-center gap-2 self-center">
          <Badge tone={tone}>{percent(proposal.confidence / 100, 0)} sure</Badge>
          {proposal.state !== 'proposed' && <Badge tone="accent">{words.states[proposal.state]}</Badge>}
          {proposal.approvals_needed > 1 && (
            <Badge tone="warn">
              {proposal.approvals} of {proposal.approvals_needed} approvals
            </Badge>
          )}
        </span>
      </div>
      {proposal.state === 'approved' && proposal.apply_at && (
        <p className="mt-1 text-13 text-accent">Goes live {date(proposal.apply_at)}. Until then it can be undone.</p>
      )}
      {isLate && <p className="mt-1 text-13 text-warn">{words.why.expires} {date(proposal.expires_at)}</p>}
      {proposal.decision_reason && <p className="mt-1 text-13 text-muted">“{proposal.decision_reason}”</p>}
      {proposal.failure && <p className="mt-1 text-13 text-bad">{proposal.failure}</p>}
    </header>
  )
}

function Why({ proposal, why }: { proposal: Proposal; why: Explanation }) {
  const decisive = why.limits.find((limit) => limit.binding)
  return (
    <>
      <div className="max-w-[65ch] text-14">
        <p>{why.sentence || proposal.reason}</p>
        <p className="mt-1 text-13 text-muted">
          {words.why.decided}: <Decided proposal={proposal} why={why} />
        </p>
      </div>
      <Block title={words.why.ladder}>
        <PriceLadder
          currency={proposal.currency}
          current={proposal.current_price}
          proposed={proposal.proposed_price}
          optimum={why.unlimited !== null && decisive ? why.unlimited : null}
          floor={why.floor ? { price: why.floor, why: '' } : null}
          ceiling={why.cap ? { price: why.cap, why: '' } : null}
          rivals={why.rivals.flatMap((rival) => (rival.used && rival.equal_at ? [{ name: rival.competitor, price: rival.equal_at }] : []))}
        />
      </Block>
      <Effect proposal={proposal} />
      {why.limits.length > 0 && (
        <Block title={words.why.limits}>
          <LimitTable limits={why.limits} currency={proposal.currency} policyId={proposal.policy_id} />
        </Block>
      )}
      <RivalTable rivals={why.rivals} proposal={proposal} />
      {why.whatIf.length > 0 && (
        <Block title={words.why.whatIf}>
          <ul className="flex flex-col gap-1 text-13">
            {why.whatIf.map((one) => (
              <li key={`${one.change} ${one.subject}`} className="figures">
                {one.words}
              </li>
            ))}
          </ul>
        </Block>
      )}
      <Facts proposal={proposal} />
    </>
  )
}

function Decided({ proposal, why }: { proposal: Proposal; why: Explanation }) {
  const limit = why.limits.find((one) => one.kind === why.decidedBy) ?? why.limits.find((one) => one.binding)
  if (limit) {
    const source = limit.source === 'policy' ? words.why.policy : words.why.product
    return (
      <>
        <strong className="font-semibold text-text">
          {limitName(limit.kind)} ({money(limit.value, proposal.currency)})
        </strong>
        , set in the{' '}
        {limit.source === 'policy' && proposal.policy_id ? (
          <Link to="/policies" search={{ open: proposal.policy_id }} className="text-accent underline">
            {source}
          </Link>
        ) : (
          <Link to="/catalog/$productId" params={{ productId: proposal.product_id }} className="text-accent underline">
            {source}
          </Link>
        )}
        .
      </>
    )
  }
  if (why.decidedBy === 'asked') return <>{words.why.asked}</>
  return <>{why.details[0] ?? words.why.byItself}</>
}

function Effect({ proposal }: { proposal: Proposal }) {
  const { expected } = proposal
  const gain = gainOf(proposal)
  const text = (value: string) => money(value, proposal.currency, { signed: true, whole: true })
  if (!expected || !gain) {
    return (
      <Block title={words.why.effect}>
        <p className="text-13 text-muted">{words.why.effectUnknown}</p>
      </Block>
    )
  }
  const [low = 0, middle = 0, high = 0] = expected.elasticity
  const chance = expected.loss_chance === null ? null : `${percent(expected.loss_chance, 0)} ${words.why.chanceOfLoss}`
  return (
    <>
      <Block title={words.why.effect} aside={chance}>
        <div className="max-w-[560px]">
          <Interval {...gain} text={text} label={words.why.effect} />
        </div>
      </Block>
      <Block title={words.why.elasticity}>
        <p className="figures text-13">
          {number(middle, 2)} <span className="text-muted">({number(low, 2)} to {number(high, 2)})</span>: from {number(expected.units_now, 1)} to{' '}
          {number(expected.units[1] ?? 0, 1)} units a week.
        </p>
        <p className="text-12 text-muted">
          By {expected.elasticity_source === 'general' ? words.general : words.own}; {counted(expected.days_of_sales, 'day')} of sales until{' '}
          {date(expected.sales_until, 'day')}.
        </p>
      </Block>
    </>
  )
}

function Facts({ proposal }: { proposal: Proposal }) {
  return (
    <Block title={words.why.facts}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-12 text-muted">
        <dt>{words.why.strategy}</dt>
        <dd>{proposal.strategy.replaceAll('_', ' ')}</dd>
        <dt>{words.why.made}</dt>
        <dd>
          <Age at={proposal.created_at} /> ago, {date(proposal.created_at)}
        </dd>
        <dt>{words.why.expires}</dt>
        <dd>{date(proposal.expires_at)}</dd>
        <dt>{words.why.run}</dt>
        <dd>
          <code className="select-all">{proposal.run_id}</code>
        </dd>
        <dt>{words.why.version}</dt>
        <dd>
          {proposal.version} ·{' '}
          <a href={`/api/v1/proposals/${proposal.id}`} target="_blank" rel="noreferrer" className="text-accent hover:underline">
            {words.why.json}
          </a>
        </dd>
      </dl>
    </Block>
  )
}

/** A part of the panel under a quiet heading. */
export function Block({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 flex items-baseline gap-2 text-12 font-medium text-muted">
        {title}
        {aside && <span className="font-normal">· {aside}</span>}
      </h3>
      {children}
    </section>
  )
}
