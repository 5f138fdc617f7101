// dependency-cruiser reads TypeScript with the compiler's JavaScript API, which TypeScript 7 no longer has: it is lent
// the last version that has one. Everything else keeps using TypeScript 7.
import Module, { register } from 'node:module'

const LENT = 'typescript-5'
const resolve = Module._resolveFilename
Module._resolveFilename = function (request, ...rest) {
  return resolve.call(this, request.replace(/^typescript(?=\/|$)/, LENT), ...rest)
}
const hook = `export const resolve = (name, context, next) => next(name === 'typescript' ? '${LENT}' : name, context)`
register(`data:text/javascript,${encodeURIComponent(hook)}`, import.meta.url)
