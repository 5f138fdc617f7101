/** Who runs a command, as the audit shall have it. */
export function operatorName(): string {
  return `${process.env.USER || process.env.USERNAME || 'somebody'} by command line`
}
