export { type Column, type Sort, type SortValue, sortable } from './columns'
export { DataTable, type DataTableProps } from './DataTable'
export type { Selection } from './selection'
