/** Starts the engine once, in the server process only. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs' || process.env.HOLDFAST_PHASE === 'build') return
  const { startFromEnvironment } = await import('./lib/engine/start-from-environment')
  await startFromEnvironment()
}
