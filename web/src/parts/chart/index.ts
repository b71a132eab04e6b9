export { Spark } from './Spark'
export { Chart, type ChartProps } from './Chart'
export type { BandPoint, Point } from './scales'
export { type Band, type Foot, type Guide, type Marker, rivalColour, type Series } from './series'
