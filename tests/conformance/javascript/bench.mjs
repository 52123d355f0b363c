// Digital Bazaar's verifier at work: the world comes on the first line, then each line names a badge to verify
// again and again for one slice of time. Answers with badges per second of this process's CPU time.
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
const vc = await import('@digitalbazaar/vc');
const documentLoader = loaderOf(documents);

async function verify(name) {
  const suite = new DataIntegrityProof({cryptosuite});
  const found = await vc.verifyCredential({credential: badges[name], suite, documentLoader, checkStatus});
  if(!found.verified) {
    throw new Error(`${name}: ${JSON.stringify(found.error?.errors?.map(each => each.message) ?? found)}`);
  }
}

for await(const name of lines) {
  await verify(name);
  const before = process.cpuUsage(), until = process.hrtime.bigint() + BigInt(seconds * 1e9);
  let count = 0;
  while(process.hrtime.bigint() < until) {
    await verify(name);
    count++;
  }
  const {user, system} = process.cpuUsage(before);
  process.stdout.write(`${count / ((user + system) / 1e6)}\n`);
}
