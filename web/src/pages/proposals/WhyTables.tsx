import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import { Badge } from '../../parts/Badge'
import { Money } from '../../parts/Money'
import { percent } from '../../parts/format'
import type { LimitFact, RivalFact } from './explanation'
import type { Proposal } from './queries'
import { Block } from './WhyPanel'
import { limitName, words } from './words'

const HEAD = 'h-7 border-b border-line pr-3 text-left text-12 font-normal text-muted'
const CELL = 'h-7 border-b border-line pr-3'

function Head({ children, right }: { children: ReactNode; right?: boolean }) {
  return (
    <th scope="col" className={`${HEAD} ${right ? 'text-right' : ''}`}>
      {children}
    </th>
  )
}

type LimitTableProps = { limits: readonly LimitFact[]; currency: string; policyId: string | null }

/** Every limit with the room that the price leaves to it; the one that decided comes first. */
export function LimitTable({ limits, currency, policyId }: LimitTableProps) {
  return (
    <table className="w-full max-w-[760px] border-separate border-spacing-0 text-13">
      <thead>
        <tr>
          <Head>{words.why.rule}</Head>
          <Head right>{words.why.value}</Head>
          <Head right>{words.why.room}</Head>
          <Head>{words.why.from}</Head>
        </tr>
      </thead>
      <tbody>
        {limits.map((limit) => (
          <tr key={limit.kind} className={limit.binding ? 'font-semibold' : ''}>
            <td className={CELL}>
              {limit.binding && (
                <span aria-hidden className="mr-1 text-accent">
                  ◆
                </span>
              )}
              {limitName(limit.kind)} {limit.binding && <Badge tone="accent">{words.why.decidedTag}</Badge>}
            </td>
            <td className={`${CELL} text-right`}>
              <span className="text-muted">{limit.side === 'floor' ? '≥ ' : '≤ '}</span>
              <Money value={limit.value} currency={currency} />
            </td>
            <td className={`${CELL} text-right`}>
              <Money value={limit.room} currency={currency} />
            </td>
            <td className={`${CELL} font-normal text-muted`}>
              {limit.source === 'policy' && policyId ? (
                <Link to="/policies" search={{ open: policyId }} className="hover:text-accent hover:underline">
                  {words.why.policy}
                </Link>
              ) : (
                (limit.source === 'policy' ? words.why.policy : words.why.product)
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Rivals that were used, and those that were left out with the reason. */
export function RivalTable({ rivals, proposal }: { rivals: readonly RivalFact[]; proposal: Proposal }) {
  const used = rivals.filter((rival) => rival.used)
  const leftOut = rivals.filter((rival) => !rival.used)
  return (
    <>
      <Block title={words.why.rivals}>
        {used.length === 0 ? (
          <p className="text-13 text-muted">{words.why.noRivals}</p>
        ) : (
          <table className="w-full max-w-[760px] border-separate border-spacing-0 text-13">
            <thead>
              <tr>
                <Head>{words.why.seller}</Head>
                <Head right>{words.why.asks}</Head>
                <Head right>{words.why.equalAt}</Head>
                <Head right>{words.why.against}</Head>
              </tr>
            </thead>
            <tbody>
              {used.map((rival) => (
                <tr key={`${rival.competitor} ${rival.asked}`}>
                  <td className={CELL}>{rival.competitor}</td>
                  <td className={`${CELL} text-right`}>
                    <Money value={rival.asked} currency={proposal.currency} />
                  </td>
                  <td className={`${CELL} text-right`}>
                    <Money value={rival.equal_at} currency={proposal.currency} />
                  </td>
                  <td className={`${CELL} figures text-right text-muted`}>{against(rival, proposal)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Block>
      {leftOut.length > 0 && (
        <Block title={words.why.leftOut}>
          <ul className="flex flex-col gap-1 text-13 text-muted">
            {leftOut.map((rival) => (
              <li key={`${rival.competitor} ${rival.asked}`}>
                {rival.competitor} <Money value={rival.asked} currency={proposal.currency} /> · {rival.because}
              </li>
            ))}
          </ul>
        </Block>
      )}
    </>
  )
}

/** How far a rival's price lies from the new one: a share to look at, no amount. */
function against(rival: RivalFact, proposal: Proposal): string {
  if (rival.equal_at === null) return ''
  return percent(Number(rival.equal_at) / Number(proposal.proposed_price) - 1, 1, { signed: true })
}
