// An unmodified official Node.js chaincode, as a service, on our peers. Run by run.sh, which
// starts network and chaincode: SUYUAN_CONNECTION is connection.json.
import * as grpc from '@grpc/grpc-js';
import fabric from '@hyperledger/fabric-gateway';
import assert from 'node:assert/strict';
import * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

const { connect, GatewayError, EndorseError, hash, signers } = fabric;

const connection = JSON.parse(readFileSync(process.env.SUYUAN_CONNECTION, 'utf8'));
const [producer, distributor] = connection.organizations;
const text = (bytes) => new TextDecoder().decode(bytes);
const json = (bytes) => JSON.parse(text(bytes));
const unique = (prefix) => `${prefix}${crypto.randomBytes(6).toString('hex')}`;

let client, gateway, network, contract;
before(() => {
  client = new grpc.Client(connection.gateway.endpoint,
    grpc.credentials.createSsl(readFileSync(connection.gateway.tlsCaCert)),
    { 'grpc.ssl_target_name_override': connection.gateway.serverName });
  const user = producer.users.user1;
  gateway = connect({
    client,
    identity: { mspId: producer.mspId, credentials: readFileSync(user.cert) },
    signer: signers.newPrivateKeySigner(crypto.createPrivateKey(readFileSync(user.key))),
    hash: hash.sha256,
    evaluateOptions: () => ({ deadline: Date.now() + 30000 }),
    endorseOptions: () => ({ deadline: Date.now() + 30000 }),
    submitOptions: () => ({ deadline: Date.now() + 30000 }),
    commitStatusOptions: () => ({ deadline: Date.now() + 30000 }),
  });
  network = gateway.getNetwork(connection.channel);
  contract = network.getContract('parts');
});
after(() => {
  gateway.close();
  client.close();
});

const ask = async (name, ...args) => text(await contract.evaluateTransaction(name, ...args));
const tell = async (name, ...args) => text(await contract.submitTransaction(name, ...args));

test('what was put is read, on every peer', async () => {
  const key = unique('put');
  await tell('Put', key, 'steel');
  assert.equal(await ask('Get', key), 'steel');
  for (const { mspId } of [producer, distributor]) {
    const value = await contract.evaluate('Get', { arguments: [key], endorsingOrganizations: [mspId] });
    assert.equal(text(value), 'steel');
  }
  await tell('Delete', key);
  await assert.rejects(ask('Get', key));
});

test('an error is a response 500 with the contract\'s text, and nothing is written', async () => {
  await assert.rejects(ask('Fail', 'out of steel'), (error) => {
    assert.ok(error instanceof GatewayError);
    assert.equal(error.code, grpc.status.UNKNOWN);
    assert.equal(error.details[0].message, 'chaincode response 500, out of steel');
    return true;
  });
  await assert.rejects(tell('Fail', 'out of steel'), (error) => {
    assert.ok(error instanceof EndorseError);
    assert.equal(error.code, grpc.status.ABORTED);
    assert.equal(error.details[0].message, 'chaincode response 500, out of steel');
    return true;
  });
  await assert.rejects(ask('Get', 'never'), (error) => /does not exist/.test(error.details[0].message));
});

test('unknown functions and wrong counts are told by the shim', async () => {
  await assert.rejects(ask('Nothing'), (error) =>
    /You've asked to invoke a function that does not exist: Nothing/.test(error.details[0].message));
  await assert.rejects(ask('Get'), (error) =>
    /Expected 1 parameters, but 0 have been supplied/.test(error.details[0].message));
});

test('ranges longer than a batch, in key order, and by pages', async () => {
  const prefix = unique('range');
  assert.equal(await tell('PutMany', prefix, '250'), '250');
  const all = JSON.parse(await ask('Range', prefix, `${prefix}~`));
  assert.equal(all.length, 250);
  assert.deepEqual(all[0], [`${prefix}0000`, `value of ${prefix}0000`]);
  assert.equal(all[249][0], `${prefix}0249`);
  const some = JSON.parse(await ask('Range', `${prefix}0010`, `${prefix}0020`));
  assert.equal(some.length, 10);
  let bookmark = '';
  const paged = [];
  for (let pages = 0; pages < 3; ++pages) {
    const page = JSON.parse(await ask('Page', prefix, `${prefix}~`, '100', bookmark));
    assert.equal(page.count, pages < 2 ? 100 : 50);
    paged.push(...page.results);
    bookmark = page.bookmark;
  }
  assert.deepEqual(paged, all.map(([key]) => key));
  assert.equal(bookmark, '');
});

test('composite keys are found by their beginning', async () => {
  const maker = unique('maker');
  for (const name of ['bolt', 'nut']) await tell('PutByMaker', maker, name);
  await tell('PutByMaker', `${maker}2`, 'screw');
  assert.deepEqual(JSON.parse(await ask('ByMaker', maker)), [[[maker, 'bolt'], 'bolt'], [[maker, 'nut'], 'nut']]);
});

test('history: newest first, deletions too', async () => {
  const key = unique('history');
  await tell('Put', key, 'one');
  await tell('Put', key, 'two');
  await tell('Delete', key);
  const changes = JSON.parse(await ask('History', key));
  assert.deepEqual(changes.map(({ value, isDelete }) => [value, isDelete]),
    [['', true], ['two', false], ['one', false]]);
  assert.equal(new Set(changes.map(({ txId }) => txId)).size, 3);
  for (const { seconds } of changes) assert.ok(Math.abs(seconds - Date.now() / 1000) < 600);
});

test('private data: read by members, a hash for the others', async () => {
  const key = unique('secret');
  const secret = unique('price');
  await contract.submit('PutSecret', { arguments: [key], transientData: { secret } });
  const read = (org, name) => contract.evaluate(name, { arguments: [key], endorsingOrganizations: [org.mspId] });
  assert.equal(text(await read(producer, 'GetSecret')), secret);
  const expected = crypto.createHash('sha256').update(secret).digest('hex');
  for (const org of [producer, distributor]) assert.equal(text(await read(org, 'SecretHash')), expected);
});

test('a key with a policy of its own is judged by that', async () => {
  const key = unique('guard');
  const alone = { arguments: [key, 'y'], endorsingOrganizations: [producer.mspId] };
  await tell('Put', key, 'x');
  await assert.rejects(contract.submit('Put', alone), { code: 10 });
  await tell('Guard', key, producer.mspId);
  assert.deepEqual(JSON.parse(await ask('GuardsOf', key)), [producer.mspId]);
  await contract.submit('Put', alone);
  assert.equal(await ask('Get', key), 'y');
});

test('another chaincode of the channel is called', async () => {
  const id = unique('asset');
  assert.equal(await ask('AssetExists', id), '200 false');
  await network.getContract('asset').submitTransaction('CreateAsset', id, 'red', '1', 'Li', '7');
  assert.equal(await ask('AssetExists', id), '200 true');
});

test('the contract knows who calls, and what', async () => {
  const proposal = contract.newProposal('WhoAmI');
  const who = json(await proposal.evaluate());
  assert.equal(who.mspId, producer.mspId);
  assert.match(who.id, /^x509::.*user1/);
  assert.equal(who.txId, proposal.getTransactionId());
  assert.equal(who.channel, connection.channel);
  assert.equal(who.function, 'WhoAmI');
});

test('metadata is published by the official contract API', async () => {
  const metadata = JSON.parse(await ask('org.hyperledger.fabric:GetMetadata'));
  const names = metadata.contracts.parts.transactions.map(({ name }) => name);
  for (const name of ['Put', 'Get', 'History']) assert.ok(names.includes(name), name);
  assert.equal(await ask('parts:AssetExists', 'nobody'), '200 false');
});

test('events reach a client with their payload', async () => {
  const key = unique('event');
  const commit = await contract.submitAsync('Put', { arguments: [key, 'loud'] });
  const { blockNumber } = await commit.getStatus();
  const events = await network.getChaincodeEvents('parts', { startBlock: blockNumber });
  try {
    for await (const event of events) {
      if (event.transactionId !== commit.getTransactionId()) continue;
      assert.equal(event.eventName, 'put');
      assert.deepEqual(json(event.payload), { key, value: 'loud' });
      break;
    }
  } finally {
    events.close();
  }
});

test('many transactions run side by side on one stream', async () => {
  const prefix = unique('parallel');
  const keys = Array.from({ length: 40 }, (_, i) => `${prefix}${i}`);
  await Promise.all(keys.map((key) => tell('Put', key, key)));
  const values = await Promise.all(keys.map((key) => ask('Get', key)));
  assert.deepEqual(values, keys);
});
