// Career actions: the list, two of the transitions, and their changes.
import { randomUUID } from 'node:crypto'
import { GraphQLError, GraphQLScalarType } from 'graphql'

const LOG_LENGTH = 384
const TRIES = 100

const DateTime = new GraphQLScalarType({
  name: 'DateTime',
  serialize(value) {
    const text = (value instanceof Date ? value : new Date(value)).toISOString()
    return text.endsWith('.000Z') ? `${text.slice(0, -5)}+00:00` : `${text.slice(0, -1)}000+00:00`
  },
})

const globalId = (type, id) => Buffer.from(`${type}:${id}`).toString('base64')

function localId(value, type) {
  const [found, id] = Buffer.from(value, 'base64').toString().split(':')
  if (found !== type || !id) throw new GraphQLError(`This is not the id of a ${type}.`)
  return id
}

const cursorOf = (action) =>
  Buffer.from(`[${action.created_at.getTime()}, "${action._id}"]`).toString('base64url')

const toAction = (action) => ({
  __typename: 'CareerAction',
  id: globalId('CareerAction', action._id),
  type: action.type,
  title: action.title,
  description: action.description,
  rationale: action.rationale,
  profileBasis: action.profile_basis,
  status: action.status,
  generationRun: globalId('RefreshRun', action.run_id),
  modelVersion: action.model_version,
  createdAt: action.created_at,
  savedAt: action.saved_at,
  dismissedAt: action.dismissed_at,
  startedAt: action.started_at,
  completedAt: action.completed_at,
  completionConversationStarted: action.completion_conversation_started,
  version: action.version,
})

const toChange = (reason, stream, upserts, mutationIds) => ({
  __typename: 'CareerActionsChange',
  reason,
  cursor: `${stream.epoch}:${stream.seq}`,
  upserts,
  removed: [],
  mutationIds,
})

export function createResolvers(database, pubSub) {
  const actions = database.collection('career_actions')
  const streams = database.collection('streams')

  function own(profileId, { caller }) {
    if (localId(profileId, 'Profile') !== caller.profileId) throw new GraphQLError('There is no such profile.')
    return caller.profileId
  }

  function page(stream, limit, { statuses, after } = {}) {
    const match = { profile_id: stream._id }
    const pipeline = [{ $match: match }]
    if (after) {
      const [at, id] = JSON.parse(Buffer.from(after, 'base64url').toString())
      match.created_at = { $lte: new Date(at) }
      pipeline.push({ $match: { $or: [{ created_at: { $lt: new Date(at) } }, { _id: { $lt: id } }] } })
    }
    if (statuses) pipeline.push({ $match: { status: { $in: statuses } } })
    pipeline.push({ $match: { $or: [{ status: { $ne: 'SUGGESTED' } }, { batch: stream.heads?.CAREER_ACTION?.batch ?? null }] } })
    pipeline.push({ $sort: { created_at: -1, _id: -1 } })
    if (limit) pipeline.push({ $limit: limit })
    return actions.aggregate(pipeline).toArray()
  }

  // Gives the change its number in the profile's stream.
  async function number(action, mutationId) {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const stream = await streams.findOne({ _id: action.profile_id })
      const seq = stream.seq + 1
      const entry = { seq, kind: 'CAREER_ACTION', id: action._id, version: action.version, mutation_id: mutationId }
      const dropped = stream.entries[stream.entries.length - LOG_LENGTH]
      const { modifiedCount } = await streams.updateOne(
        { _id: stream._id, epoch: stream.epoch, seq: stream.seq },
        {
          $set: { seq, floor: dropped?.seq ?? stream.floor },
          $push: { entries: { $each: [entry], $slice: -LOG_LENGTH } },
        },
      )
      if (modifiedCount === 1) return { epoch: stream.epoch, seq }
    }
    throw new Error('the stream kept changing')
  }

  async function transition(id, mutationId, { caller }, attempted, source, changes) {
    const key = { _id: localId(id, 'CareerAction'), profile_id: caller.profileId }
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const action = await actions.findOne(key)
      if (!action) return { __typename: 'NotFoundError', message: 'Career action not found.' }
      if (action.status !== source) {
        const message = `Cannot be ${attempted}: the action is ${action.status.toLowerCase()}.`
        return { __typename: 'InvalidTransitionError', message, currentStatus: action.status }
      }
      const at = new Date()
      const version = action.version + 1
      const set = { ...(await changes(action, at)), touched_at: at, version, last_write: randomUUID() }
      const { modifiedCount } = await actions.updateOne({ ...key, version: action.version }, { $set: set })
      if (modifiedCount !== 1) continue
      const changed = { ...action, ...set }
      const careerAction = toAction(changed)
      const stream = await number(changed, mutationId)
      const mutationIds = mutationId ? [mutationId] : []
      pubSub.publish('careerActions', caller.profileId, toChange('CHANGE', stream, [careerAction], mutationIds))
      return { __typename: 'CareerActionPayload', careerAction, mutationId }
    }
    return { __typename: 'ConflictError', message: 'Try again.' }
  }

  function follow(profileId) {
    const changes = pubSub.subscribe('careerActions', profileId)
    const coming = changes.next() // listens from here on: what changes while the list is read is not missed
    const events = emissions(profileId, changes, coming)
    const end = events.return.bind(events)
    // A generator that waits would hear of its end with the next change only.
    events.return = (value) => {
      changes.return()
      return end(value)
    }
    return events
  }

  async function* emissions(profileId, changes, coming) {
    const stream = await streams.findOne({ _id: profileId })
    yield toChange('INITIAL', stream, (await page(stream)).map(toAction), [])
    for (;;) {
      const { value, done } = await coming
      if (done) return
      coming = changes.next()
      yield value
    }
  }

  return {
    DateTime,
    Query: {
      async careerActions(_root, { profileId, statuses, first, after }, context) {
        const stream = await streams.findOne({ _id: own(profileId, context) })
        const found = await page(stream, first + 1, { statuses, after })
        const edges = found.slice(0, first).map((action) => ({ cursor: cursorOf(action), node: toAction(action) }))
        return {
          edges,
          pageInfo: {
            hasNextPage: found.length > first,
            hasPreviousPage: Boolean(after),
            startCursor: edges[0]?.cursor ?? null,
            endCursor: edges.at(-1)?.cursor ?? null,
          },
        }
      },
    },
    Mutation: {
      saveAction: (_root, { id, mutationId }, context) =>
        transition(id, mutationId, context, 'saved', 'SUGGESTED', (_action, at) => ({ status: 'SAVED', saved_at: at })),
      unsaveAction: (_root, { id, mutationId }, context) =>
        transition(id, mutationId, context, 'unsaved', 'SAVED', async (action) => {
          const stream = await streams.findOne({ _id: action.profile_id })
          return { status: 'SUGGESTED', saved_at: null, batch: stream.heads?.CAREER_ACTION?.batch ?? action.batch }
        }),
    },
    Subscription: {
      careerActions: {
        subscribe: (_root, { profileId }, context) => follow(own(profileId, context)),
        resolve: (event) => event,
      },
    },
  }
}
