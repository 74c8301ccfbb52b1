// The official Fabric Gateway client, unmodified, against our gateway.
// Run by run.sh, which starts a network and gives its connection.json in SUYUAN_CONNECTION.
import * as grpc from '@grpc/grpc-js';
import fabric from '@hyperledger/fabric-gateway';
import assert from 'node:assert/strict';
import * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

const { checkpointers, connect, CommitError, EndorseError, GatewayError, hash, signers } = fabric;

const connection = JSON.parse(readFileSync(process.env.SUYUAN_CONNECTION, 'utf8'));
const utf8 = new TextDecoder();
const INVALID = { MVCC_READ_CONFLICT: 11, DUPLICATE_TXID: 9, ENDORSEMENT_POLICY_FAILURE: 10 };

const producer = connection.organizations[0];
const identityOf = (org, user) => ({ mspId: org.mspId, credentials: readFileSync(org.users[user].cert) });
const keyOf = (org, user) => crypto.createPrivateKey(readFileSync(org.users[user].key));
const unique = (prefix) => `${prefix}-${crypto.randomUUID()}`;

function newClient() {
  const roots = readFileSync(connection.gateway.tlsCaCert);
  return new grpc.Client(connection.gateway.endpoint, grpc.credentials.createSsl(roots), {
    'grpc.ssl_target_name_override': connection.gateway.serverName,
  });
}

function connectAs(org, user, options = {}) {
  return connect({
    client,
    identity: identityOf(org, user),
    signer: signers.newPrivateKeySigner(keyOf(org, user)),
    hash: hash.sha256,
    evaluateOptions: () => ({ deadline: Date.now() + 10000 }),
    endorseOptions: () => ({ deadline: Date.now() + 20000 }),
    submitOptions: () => ({ deadline: Date.now() + 10000 }),
    commitStatusOptions: () => ({ deadline: Date.now() + 30000 }),
    ...options,
  });
}

let client, gateway, network, contract;
before(() => {
  client = newClient();
  gateway = connectAs(producer, 'user1');
  network = gateway.getNetwork(connection.channel);
  contract = network.getContract('asset');
});
after(() => {
  gateway.close();
  client.close();
});

const create = (id, value = '300') => contract.submitTransaction('CreateAsset', id, 'blue', '5', 'Tomoko', value);

async function collect(events, count, pick = (e) => e) {
  const found = [];
  const timer = setTimeout(() => events.close(), 20000);
  try {
    for await (const event of events) {
      found.push(pick(event));
      if (found.length === count) break;
    }
  } finally {
    clearTimeout(timer);
    events.close();
  }
  return found;
}

test('submit, then evaluate: the asset is there with the sample\'s field names', async () => {
  const id = unique('asset');
  await create(id);
  const asset = JSON.parse(utf8.decode(await contract.evaluateTransaction('ReadAsset', id)));
  assert.equal(asset.ID, id);
  assert.equal(asset.Color, 'blue');
  assert.equal(Number(asset.Size), 5);
  assert.equal(asset.Owner, 'Tomoko');
  assert.equal(Number(asset.AppraisedValue), 300);
  assert.equal(utf8.decode(await contract.evaluateTransaction('AssetExists', id)), 'true');
});

test('submit returns the function\'s result: TransferAsset gives the old owner', async () => {
  const id = unique('asset');
  await create(id);
  const old = await contract.submitTransaction('TransferAsset', id, 'Saptha');
  assert.equal(utf8.decode(old), 'Tomoko');
});

test('submitAsync gives the result before the commit, then a successful status with its block', async () => {
  const commit = await contract.submitAsync('CreateAsset', { arguments: [unique('asset'), 'red', '1', 'Li', '7'] });
  assert.match(commit.getTransactionId(), /^[0-9a-f]{64}$/);
  const status = await commit.getStatus();
  assert.equal(status.successful, true);
  assert.equal(status.code, 0);
  assert.ok(status.blockNumber > 0n);
  assert.equal(status.transactionId, commit.getTransactionId());
});

test('a contract\'s error on evaluate: UNKNOWN, with the peer\'s address, MSP and text', async () => {
  await assert.rejects(contract.evaluateTransaction('ReadAsset', 'nowhere'), (error) => {
    assert.ok(error instanceof GatewayError);
    assert.equal(error.code, grpc.status.UNKNOWN);
    assert.equal(error.details.length, 1);
    assert.equal(error.details[0].mspId, producer.mspId);
    assert.equal(error.details[0].address, producer.peers[0].endpoint);
    assert.match(error.details[0].message, /^chaincode response 500, .*nowhere does not exist/);
    return true;
  });
});

test('a contract\'s error on submit: an EndorseError ABORTED with details and transaction id', async () => {
  await assert.rejects(contract.submitTransaction('UpdateAsset', 'nowhere', 'a', '1', 'b', '2'), (error) => {
    assert.ok(error instanceof EndorseError);
    assert.equal(error.code, grpc.status.ABORTED);
    assert.match(error.transactionId, /^[0-9a-f]{64}$/);
    assert.ok(error.details.length >= 1);
    assert.match(error.details[0].message, /^chaincode response 500, /);
    return true;
  });
});

test('unknown function and wrong argument count name the reason', async () => {
  await assert.rejects(contract.evaluateTransaction('NoSuchThing'), (error) => {
    assert.equal(error.code, grpc.status.UNKNOWN);
    assert.match(error.details[0].message, /function that does not exist: NoSuchThing/);
    return true;
  });
  await assert.rejects(contract.evaluateTransaction('ReadAsset'), (error) => {
    assert.match(error.details[0].message, /Expected 1 parameters, but 0 have been supplied/);
    return true;
  });
});

test('unknown chaincode and unknown channel have Fabric\'s codes', async () => {
  const nothing = network.getContract('nothing');
  await assert.rejects(nothing.evaluateTransaction('f'), { code: grpc.status.FAILED_PRECONDITION });
  await assert.rejects(nothing.submitTransaction('f'), { code: grpc.status.FAILED_PRECONDITION });
  const elsewhere = gateway.getNetwork('elsewhere').getContract('asset');
  await assert.rejects(elsewhere.evaluateTransaction('f'), { code: grpc.status.UNAVAILABLE });
  await assert.rejects(elsewhere.submitTransaction('f'), { code: grpc.status.FAILED_PRECONDITION });
});

test('unknown target organisations: 9 on evaluate, 14 on endorse', async () => {
  await assert.rejects(
    contract.evaluate('ReadAsset', { arguments: ['x'], endorsingOrganizations: ['NobodyMSP'] }),
    { code: grpc.status.FAILED_PRECONDITION });
  await assert.rejects(
    contract.submit('CreateAsset', { arguments: [unique('a'), 'a', '1', 'b', '2'], endorsingOrganizations: ['NobodyMSP'] }),
    { code: grpc.status.UNAVAILABLE });
});

test('transient data reaches the contract and stays out of the block', async () => {
  const secret = unique('secret');
  const result = await contract.evaluate('ReadTransient', {
    arguments: ['key'], transientData: { key: secret }, endorsingOrganizations: [producer.mspId] });
  assert.equal(utf8.decode(result), secret);
});

test('named endorsing organisations only: committed when enough, code 10 when not', async () => {
  const two = connection.organizations.slice(0, 2).map((o) => o.mspId);
  await contract.submit('CreateAsset', { arguments: [unique('a'), 'a', '1', 'b', '2'], endorsingOrganizations: two });
  await assert.rejects(
    contract.submit('CreateAsset', { arguments: [unique('a'), 'a', '1', 'b', '2'], endorsingOrganizations: [two[0]] }),
    (error) => error instanceof CommitError && error.code === INVALID.ENDORSEMENT_POLICY_FAILURE);
});

test('two updates endorsed on the same version: the second is an MVCC conflict', async () => {
  const id = unique('asset');
  await create(id);
  const proposals = ['Anna', 'Boris'].map((owner) => contract.newProposal('TransferAsset', { arguments: [id, owner] }));
  const transactions = await Promise.all(proposals.map((p) => p.endorse()));
  const commits = [];
  for (const transaction of transactions) commits.push(await transaction.submit());
  const codes = [];
  for (const commit of commits) codes.push((await commit.getStatus()).code);
  assert.deepEqual(codes.sort((a, b) => a - b), [0, INVALID.MVCC_READ_CONFLICT]);
});

test('the same transaction submitted twice counts once', async () => {
  const id = unique('asset');
  const proposal = contract.newProposal('CreateAsset', { arguments: [id, 'a', '1', 'b', '2'] });
  const transaction = await proposal.endorse();
  const first = await transaction.submit();
  const second = await transaction.submit();
  assert.equal((await first.getStatus()).code, 0);
  assert.equal((await second.getStatus()).code, 0);  // the first occurrence's verdict
  await assert.rejects(proposal.endorse(), (error) => {
    assert.equal(error.code, grpc.status.ABORTED);
    assert.match(error.details[0].message, /duplicate transaction found/);
    return true;
  });
});

test('offline signing: proposal, transaction and commit travel as bytes', async () => {
  const offline = connect({ client, identity: identityOf(producer, 'user1'), hash: hash.sha256 });
  const sign = signers.newPrivateKeySigner(keyOf(producer, 'user1'));
  const id = unique('asset');
  const unsigned = offline.getNetwork(connection.channel).getContract('asset')
    .newProposal('CreateAsset', { arguments: [id, 'green', '1', 'b', '2'] });
  const proposal = offline.newSignedProposal(unsigned.getBytes(), await sign(unsigned.getDigest()));
  const endorsed = await proposal.endorse();
  const transaction = offline.newSignedTransaction(endorsed.getBytes(), await sign(endorsed.getDigest()));
  const submitted = await transaction.submit();
  const commit = offline.newSignedCommit(submitted.getBytes(), await sign(submitted.getDigest()));
  const status = await commit.getStatus();
  assert.equal(status.code, 0);
  assert.equal(JSON.parse(utf8.decode(await contract.evaluateTransaction('ReadAsset', id))).Color, 'green');
  offline.close();
});

test('a signature over other bytes is refused with Fabric\'s code and text', async () => {
  const forger = connectAs(producer, 'user1', {
    signer: (digest) => signers.newPrivateKeySigner(keyOf(producer, 'admin'))(digest) });
  const forged = forger.getNetwork(connection.channel).getContract('asset');
  await assert.rejects(forged.evaluateTransaction('ReadAsset', 'x'), (error) => {
    assert.equal(error.code, grpc.status.FAILED_PRECONDITION);
    assert.match(error.details[0].message, new RegExp(`access denied: channel \\[${connection.channel}\\] creator org \\[${producer.mspId}\\]`));
    return true;
  });
  await assert.rejects(forged.submitTransaction('CreateAsset', 'x', 'a', '1', 'b', '2'), { code: grpc.status.ABORTED });
  forger.close();
});

test('chaincode events: in order, with payload, and resumable after a checkpoint', async () => {
  const checkpointer = checkpointers.inMemory();
  const start = await contract.submitAsync('CreateAsset', { arguments: [unique('e'), 'a', '1', 'b', '2'] });
  const { blockNumber } = await start.getStatus();
  const ids = [unique('event'), unique('event'), unique('event'), unique('event')];
  for (const id of ids) await create(id);
  const wanted = new Set(ids);
  const first = [];
  const events = await network.getChaincodeEvents('asset', { startBlock: blockNumber });
  for await (const event of events) {
    const asset = JSON.parse(utf8.decode(event.payload));
    if (!wanted.has(asset.ID)) continue;
    assert.equal(event.eventName, 'CreateAsset');
    assert.equal(event.chaincodeName, 'asset');
    first.push(asset.ID);
    await checkpointer.checkpointChaincodeEvent(event);
    if (first.length === 2) break;
  }
  events.close();
  assert.deepEqual(first, ids.slice(0, 2));
  const rest = await collect(await network.getChaincodeEvents('asset', { checkpoint: checkpointer }), 2,
    (event) => JSON.parse(utf8.decode(event.payload)).ID);
  assert.deepEqual(rest, ids.slice(2));
});

test('block events: full, filtered and with private data, from a given block', async () => {
  const commit = await contract.submitAsync('CreateAsset', { arguments: [unique('b'), 'a', '1', 'b', '2'] });
  const { blockNumber } = await commit.getStatus();
  const [block] = await collect(await network.getBlockEvents({ startBlock: blockNumber }), 1);
  assert.equal(BigInt(block.getHeader().getNumber()), blockNumber);
  assert.ok(block.getData().getDataList().length >= 1);
  assert.ok(block.getMetadata().getMetadataList()[2].length >= 1);
  const [filtered] = await collect(await network.getFilteredBlockEvents({ startBlock: blockNumber }), 1);
  const tx = filtered.getFilteredTransactionsList().find((t) => t.getTxid() === commit.getTransactionId());
  assert.equal(tx.getTxValidationCode(), 0);
  const event = tx.getTransactionActions().getChaincodeActionsList()[0].getChaincodeEvent();
  assert.equal(event.getEventName(), 'CreateAsset');
  assert.equal(event.getPayload().length, 0);
  const [both] = await collect(await network.getBlockAndPrivateDataEvents({ startBlock: blockNumber }), 1);
  assert.equal(BigInt(both.getBlock().getHeader().getNumber()), blockNumber);
  const [genesis] = await collect(await network.getBlockEvents({ startBlock: 0n }), 1);
  assert.equal(genesis.getHeader().getNumber(), 0);
});

test('every organisation\'s users can submit through this gateway', async () => {
  for (const org of connection.organizations) {
    const other = connectAs(org, 'user1');
    const id = unique('asset');
    await other.getNetwork(connection.channel).getContract('asset')
      .submitTransaction('CreateAsset', id, 'a', '1', org.name, '2');
    other.close();
    assert.equal(JSON.parse(utf8.decode(await contract.evaluateTransaction('ReadAsset', id))).Owner, org.name);
  }
});

test('a contract is chosen by name, and publishes its metadata', async () => {
  const metadata = JSON.parse(utf8.decode(
    await network.getContract('asset', 'org.hyperledger.fabric').evaluateTransaction('GetMetadata')));
  assert.ok(Object.keys(metadata.contracts).length >= 1);
});

test('system chaincodes answer through evaluate', async () => {
  const qscc = network.getContract('qscc');
  assert.ok((await qscc.evaluateTransaction('GetChainInfo', connection.channel)).length > 0);
  await assert.rejects(qscc.evaluateTransaction('GetTransactionByID', connection.channel, 'ff'),
    { code: grpc.status.UNKNOWN });
});

test('many at once: 100 transactions in flight all commit', async () => {
  const ids = Array.from({ length: 100 }, () => unique('bulk'));
  await Promise.all(ids.map((id) => create(id)));
  for (const id of [ids[0], ids[99]]) {
    assert.equal(utf8.decode(await contract.evaluateTransaction('AssetExists', id)), 'true');
  }
});

test('the status of a transaction that never comes ends with DEADLINE_EXCEEDED', async () => {
  const hurried = connectAs(producer, 'user1');
  const sign = signers.newPrivateKeySigner(keyOf(producer, 'user1'));
  const done = await contract.submitAsync('CreateAsset', { arguments: [unique('d'), 'a', '1', 'b', '2'] });
  // The commit's request with another transaction id of the same length inside.
  const bytes = Buffer.from(done.getBytes());
  const at = bytes.indexOf(done.getTransactionId());
  bytes.write('0'.repeat(64), at);
  const never = hurried.newCommit(bytes);
  const signed = hurried.newSignedCommit(bytes, await sign(never.getDigest()));
  await assert.rejects(signed.getStatus({ deadline: Date.now() + 500 }), { code: grpc.status.DEADLINE_EXCEEDED });
  hurried.close();
});

test('a transaction signed by somebody else is refused by the orderer', async () => {
  const transaction = await contract.newProposal('CreateAsset', { arguments: [unique('s'), 'a', '1', 'b', '2'] }).endorse();
  const bad = await signers.newPrivateKeySigner(keyOf(producer, 'admin'))(transaction.getDigest());
  const forged = gateway.newSignedTransaction(transaction.getBytes(), bad);
  await assert.rejects(forged.submit(), (error) => {
    assert.equal(error.name, 'SubmitError');
    assert.equal(error.code, grpc.status.ABORTED);
    assert.match(error.message, /FORBIDDEN/);
    return true;
  });
});
