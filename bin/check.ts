// Says what is wrong with settings, holdfast.yaml and kubeconfigs; `npm start` asks before it builds.
import { explainError } from '../lib/errors'
import { checkSettings } from './check-settings'

await checkSettings(process.argv.slice(2), process.env, () => {}).catch(error => {
  console.error(explainError(error))
  process.exit(1)
})
