import { useQuery } from '@tanstack/react-query'

import { preferencesQuery } from '../../api/me'
import { usePlaces } from '../../app/places'
import { Figure, Figures } from '../../parts/Figure'
import { money, number, percent } from '../../parts/format'
import type { Meaning } from '../../parts/Money'
import { byFocus } from './focus'
import type { Dashboard, FigureAnswer } from './queries'
import { words } from './words'

/** The six figures, those that the person named first. Each leads to its rows and says how it is defined. */
export function FigureRow({ data }: { data: Dashboard }) {
  const placeOf = usePlaces()
  const wanted = useQuery(preferencesQuery).data?.kpi_preferences ?? []
  const period = [words.periods[data.period], words.comparisons[data.comparison]].join(', ')
  return (
    <Figures columns={data.figures.length}>
      {byFocus(data.figures, wanted).map((figure) => (
        <Figure
          key={figure.name}
          label={figure.title}
          value={valueText(figure)}
          missing={words.noData}
          change={changeOf(figure)}
          period={period}
          at={figure.newest ?? undefined}
          stale={figure.is_old}
          spark={figure.spark.map((point) => (point.value === null ? null : Number(point.value)))}
          about={aboutOf(figure)}
          to={placeOf(figure.link)}
        />
      ))}
    </Figures>
  )
}

function valueText(figure: FigureAnswer): string | null {
  const { value, unit, currency } = figure
  if (value === null) return null
  if (unit === 'money') return money(value, currency ?? 'EUR', { whole: true })
  if (unit === 'percent') return percent(Number(value) / 100)
  return number(value, unit === 'index' ? 1 : 0)
}

const MEANINGS: Record<FigureAnswer['verdict'], Meaning> = { good: 'good', bad: 'bad', neither: 'neutral' }

function changeOf({ change, change_unit, verdict }: FigureAnswer) {
  if (change === null) return null
  const texts = {
    percent: () => percent(Number(change) / 100, 1, { signed: true }),
    points: () => `${number(change, 1, { signed: true })} ${words.points}`,
    count: () => number(change, 0, { signed: true }),
  }
  return { share: Number(change), text: texts[change_unit](), meaning: MEANINGS[verdict] }
}

function aboutOf(figure: FigureAnswer): string {
  const covered = figure.coverage !== null && Number(figure.coverage) < 1 ? ` ${percent(Number(figure.coverage), 0)} ${words.coverage}.` : ''
  return figure.definition + covered
}
