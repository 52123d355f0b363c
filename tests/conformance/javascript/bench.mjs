// Digital Bazaar's verifier at work: the world comes on the first line, then each line says what to verify, a
// `report` or the `proof` alone, and of which badge, again and again for one slice of time. Answers with badges
// per second of this process's CPU time.
import {createInterface} from 'node:readline';
import {loaderOf, stopTheNetwork} from './loader.mjs';

const lines = createInterface({input: process.stdin})[Symbol.asyncIterator]();
const {documents, badges, now, seconds} = JSON.parse((await lines.next()).value);
stopTheNetwork(documents);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [now]));
  }
};

const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const {checkStatus} = await import('@digitalbazaar/vc-bitstring-status-list');
const {default: jsigs} = await import('jsonld-signatures');
const vc = await import('@digitalbazaar/vc');
const documentLoader = loaderOf(documents);

const verifiers = {
  report: given => vc.verifyCredential({...given, checkStatus}),
  proof: ({credential, ...given}) =>
    jsigs.verify(credential, {...given, purpose: new jsigs.purposes.AssertionProofPurpose()}),
};

async function verify(what, name) {
  const suite = new DataIntegrityProof({cryptosuite});
  const found = await verifiers[what]({credential: badges[name], suite, documentLoader});
  if(!found.verified) {
    throw new Error(`${name}: ${JSON.stringify(found.error?.errors?.map(each => each.message) ?? found)}`);
  }
}

for await(const line of lines) {
  const [what, name] = line.split(' ');
  await verify(what, name);
  const before = process.cpuUsage(), until = process.hrtime.bigint() + BigInt(seconds * 1e9);
  let count = 0;
  while(process.hrtime.bigint() < until) {
    await verify(what, name);
    count++;
  }
  const {user, system} = process.cpuUsage(before);
  process.stdout.write(`${count / ((user + system) / 1e6)}\n`);
}
