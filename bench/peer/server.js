// The peer: the operations that the benchmark uses, with graphql-yoga, graphql-ws and the mongodb driver,
// put together as their guides say. Reads PORT, MONGODB_URI, PUBLIC_KEY (a PEM file) and REDIS_URL.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRedisEventTarget } from '@graphql-yoga/redis-event-target'
import { createPubSub, createSchema, createYoga } from 'graphql-yoga'
import { useServer } from 'graphql-ws/use/ws'
import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import { WebSocketServer } from 'ws'
import { authenticator } from './identity.js'
import { createResolvers } from './resolvers.js'

const { PORT, MONGODB_URI, PUBLIC_KEY, REDIS_URL } = process.env

const client = await new MongoClient(MONGODB_URI).connect()
const pubSub = createPubSub(
  REDIS_URL && {
    eventTarget: createRedisEventTarget({
      publishClient: new Redis(REDIS_URL),
      subscribeClient: new Redis(REDIS_URL),
    }),
  },
)
const authenticate = await authenticator(PUBLIC_KEY)

const yoga = createYoga({
  schema: createSchema({
    typeDefs: readFileSync(new URL('../../graphql/schema.graphql', import.meta.url), 'utf8'),
    resolvers: createResolvers(client.db(), pubSub),
    resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  }),
  context: async ({ request, caller }) => ({
    caller: caller ?? (await authenticate(request.headers.get('authorization'))),
  }),
  graphiql: false,
  landingPage: false,
})

const server = createServer(yoga)
const sockets = new WebSocketServer({ server, path: yoga.graphqlEndpoint })

useServer(
  {
    execute: (args) => args.rootValue.execute(args),
    subscribe: (args) => args.rootValue.subscribe(args),
    onConnect: async (ctx) => {
      ctx.extra.caller = await authenticate(ctx.connectionParams?.authorization).catch(() => undefined)
      return ctx.extra.caller !== undefined
    },
    onSubscribe: async (ctx, _id, params) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...ctx,
        req: ctx.extra.request,
        socket: ctx.extra.socket,
        caller: ctx.extra.caller,
        params,
      })
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      }
      const errors = validate(args.schema, args.document)
      return errors.length ? errors : args
    },
  },
  sockets,
)

server.listen(Number(PORT), '127.0.0.1')
