/** A heading, with the class of its column: `r` for figures, `wide` for what small screens go without. */
export type Column = string | readonly [heading: string, className: string]

/** The head of a table, a heading a column. */
export function TableHead({ columns }: { columns: readonly Column[] }) {
  return (
    <thead>
      <tr>
        {columns.map(column => {
          const [heading, className] = typeof column === 'string' ? [column] : column
          return (
            <th key={heading} scope="col" className={className}>
              {heading}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}
