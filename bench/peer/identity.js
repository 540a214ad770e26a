// Who a caller is: the same signed tokens that Foothold takes.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { GraphQLError } from 'graphql'
import { importSPKI, jwtVerify } from 'jose'

const NAMESPACE = Buffer.from('6f1d3c526a435c8e9a0e1f0f6c1d7a10', 'hex')

function profileIdOf(userId) {
  const hash = createHash('sha1').update(NAMESPACE).update(`profile\x1f${userId}`).digest().subarray(0, 16)
  hash[6] = (hash[6] & 0x0f) | 0x50
  hash[8] = (hash[8] & 0x3f) | 0x80
  return hash.toString('hex')
}

export async function authenticator(keyFile) {
  const key = await importSPKI(readFileSync(keyFile, 'utf8'), 'EdDSA')
  const claims = { issuer: 'foothold', audience: 'foothold', algorithms: ['EdDSA'], requiredClaims: ['exp', 'sub'] }
  return async (header) => {
    if (!header?.startsWith('Bearer ')) throw refusal()
    const { payload } = await jwtVerify(header.slice(7), key, claims).catch(() => {
      throw refusal()
    })
    return { userId: payload.sub, profileId: profileIdOf(payload.sub) }
  }
}

function refusal() {
  return new GraphQLError('Sign in.', { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } })
}
