// Two issuers at work: the world comes on the first line, then each line names one, which signs the badge again
// and again for one slice of time. Answers with badges per second of this process's CPU time.
import {createInterface} from 'node:readline';
import {loaderOf, stopTheNetwork} from './loader.mjs';

const lines = createInterface({input: process.stdin})[Symbol.asyncIterator]();
const {documents, credential, seed, method, controller, seconds} = JSON.parse((await lines.next()).value);
stopTheNetwork(documents);
const documentLoader = loaderOf(documents);

async function issuerOf(owner) {
  const {DataIntegrityProof} = await import(`@${owner}/data-integrity`);
  const {cryptosuite} = await import(`@${owner}/eddsa-rdfc-2022-cryptosuite`);
  const Multikey = await import(`@${owner}/ed25519-multikey`);
  const vc = await import(`@${owner}/vc`);
  const key = await Multikey.generate({controller, seed: Uint8Array.from(Buffer.from(seed, 'hex'))});
  key.id = method;
  return async () => {
    const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
    const signed = await vc.issue({credential: structuredClone(credential), suite, documentLoader});
    if(!signed.proof) {
      throw new Error(`${owner} signed nothing`);
    }
  };
}

const issuers = {
  'Digital Bazaar': await issuerOf('digitalbazaar'),
  'Digital Credentials Consortium': await issuerOf('digitalcredentials'),
};

for await(const name of lines) {
  const issue = issuers[name];
  await issue();
  const before = process.cpuUsage(), until = process.hrtime.bigint() + BigInt(seconds * 1e9);
  let count = 0;
  while(process.hrtime.bigint() < until) {
    await issue();
    count++;
  }
  const {user, system} = process.cpuUsage(before);
  process.stdout.write(`${count / ((user + system) / 1e6)}\n`);
}
