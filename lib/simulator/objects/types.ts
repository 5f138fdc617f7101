/** Any JSON value of an API object. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined }
export type JsonObject = { [key: string]: Json | undefined }

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  [key: string]: Json | undefined
}

/** `metadata` of a stored object, without managedFields. */
export interface ObjectMeta {
  name: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  ownerReferences?: OwnerReference[]
  [key: string]: Json | undefined
}

/** A stored object. Never changed in place: every write puts a new one. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [key: string]: Json | undefined
}

/** A kind of object that the simulated API server knows. */
export interface ResourceType {
  /** `plural` for core, else `plural.group`. */
  id: string
  group: string
  plural: string
  singular: string
  kind: string
  namespaced: boolean
  shortNames: string[]
  /** Specification and status are kept apart: metadata.generation counts specifications. */
  hasGeneration: boolean
  hasScale: boolean
  hasStatus: boolean
  /** Answered from the model rather than from the store. */
  virtual: boolean
  verbs: string[]
}
