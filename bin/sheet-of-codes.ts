/** Break-glass codes as they are printed and sealed. */
export function sheetOfCodes(codes: readonly string[]): string {
  return [
    'Break-glass codes, shown this once. Print them, seal them, keep them where the on-call engineer finds them.',
    'Each opens /sign-in once, for four hours as commander; each use is told to everybody and has to be reviewed.',
    '',
    ...codes.map((code, i) => `  ${i + 1}  ${code}`),
  ].join('\n')
}
