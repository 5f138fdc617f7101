import { mapping, shown, text } from './kubeconfig-values'

const API = 'client.authentication.k8s.io/'

/**
 * An exec plugin by clientcmd's rules (kubernetes/client-go validation.go and exec.go), and by whether this
 * configuration lets plugins run at all. Nothing is run here.
 */
export function checkExec(
  value: unknown,
  userName: string,
  allowed: boolean,
): { problem: string; hint?: string } | undefined {
  const exec = mapping(value)
  if (!exec) return undefined
  const command = text(exec.command)
  const version = text(exec.apiVersion)
  const mode = text(exec.interactiveMode)
  if (command === '') return { problem: 'its exec plugin has no command' }
  if (version === '') return { problem: 'its exec plugin has no apiVersion', hint: `use ${API}v1` }
  if (version !== `${API}v1` && version !== `${API}v1beta1`) {
    return {
      problem: `its exec plugin has the apiVersion "${shown(version)}"`,
      hint: `use ${API}v1 or ${API}v1beta1`,
    }
  }
  const env = Array.isArray(exec.env) ? exec.env : []
  if (env.some(item => text(mapping(item)?.name) === ''))
    return { problem: 'an environment variable of its exec plugin has no name' }
  if (mode === '' && version === `${API}v1`) {
    return {
      problem: 'its exec plugin has no interactiveMode, which v1 requires',
      hint: 'add interactiveMode: IfAvailable',
    }
  }
  if (!['', 'Never', 'IfAvailable', 'Always'].includes(mode)) {
    return { problem: `its exec plugin has the unknown interactiveMode "${shown(mode)}"` }
  }
  if (mode === 'Always')
    return { problem: 'its exec plugin needs a terminal (interactiveMode: Always), and a server has none' }
  if (allowed) return undefined
  return {
    problem: `its credentials come from the program "${shown(command)}", which this configuration does not let Holdfast run`,
    hint: `if you trust it, set "execPlugins: allow" in holdfast.yaml (user "${shown(userName)}")`,
  }
}
