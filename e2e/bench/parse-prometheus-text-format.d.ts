/** The package ships no types. */
declare module 'parse-prometheus-text-format' {
  /** Families of a whole text, with every value as text. */
  export default function parsePrometheusTextFormat(text: string): unknown[]
}
