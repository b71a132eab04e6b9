import { useQuery } from '@tanstack/react-query'

import { number, percent } from '../../parts/format'
import { Nothing } from '../../parts/Money'
import { Panel } from '../../parts/Panel'
import { processQuery } from './queries'
import { words } from './words'

/** The process that answered: its connections, its cache, and how far its parts are behind the journal. */
export function ProcessPanel() {
  const process = useQuery(processQuery).data
  if (!process) return null
  return (
    <>
      <Panel title={words.pool} aside={words.busy(process.pool.busy, process.pool.most)}>
        <Lines
          head={[words.consumer, words.lag]}
          lines={process.consumers.map((line) => [line.consumer, `${number(line.entries)} ${words.entries}`])}
        />
      </Panel>
      {process.cache.length > 0 && (
        <Panel title={words.cache}>
          <Lines
            head={[words.kind, words.hitRate]}
            lines={process.cache.map((line) => [line.kind, line.hit_rate === null ? null : percent(line.hit_rate)])}
          />
        </Panel>
      )}
    </>
  )
}

function Lines({ head, lines }: { head: readonly [string, string]; lines: readonly (readonly [string, string | null])[] }) {
  return (
    <table className="w-full text-13">
      <thead>
        <tr>
          <th scope="col" className="pb-1 text-left text-12 font-medium text-muted">{head[0]}</th>
          <th scope="col" className="pb-1 text-right text-12 font-medium text-muted">{head[1]}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(([name, value]) => (
          <tr key={name}>
            <td className="py-0.5">{name}</td>
            <td className="figures py-0.5 text-right">{value ?? <Nothing />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
