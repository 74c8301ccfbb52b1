// A chaincode for the official, unmodified Node.js shim: one function for each thing that
// a peer must answer.
'use strict';

const { Contract } = require('fabric-contract-api');
const { KeyEndorsementPolicy } = require('fabric-shim');

const SECRETS = 'producerSecrets';

async function collect(iterator) {
  const found = [];
  for await (const { key, value } of iterator) found.push([key, value.toString()]);
  return found;
}

class Parts extends Contract {
  constructor() {
    super('parts');
  }

  async Put(ctx, key, value) {
    await ctx.stub.putState(key, Buffer.from(value));
    ctx.stub.setEvent('put', Buffer.from(JSON.stringify({ key, value })));
  }

  // Side by side: the shim sends them one by one.
  async PutMany(ctx, prefix, count) {
    const keys = Array.from({ length: Number(count) }, (_, i) => `${prefix}${String(i).padStart(4, '0')}`);
    await Promise.all(keys.map((key) => ctx.stub.putState(key, Buffer.from(`value of ${key}`))));
    return keys.length;
  }

  async Get(ctx, key) {
    const value = await ctx.stub.getState(key);
    if (value.length === 0) throw new Error(`part ${key} does not exist`);
    return value.toString();
  }

  async Delete(ctx, key) {
    await ctx.stub.deleteState(key);
  }

  async Range(ctx, start, end) {
    return collect(ctx.stub.getStateByRange(start, end));
  }

  async Page(ctx, start, end, size, bookmark) {
    const iterator = await ctx.stub.getStateByRangeWithPagination(start, end, Number(size), bookmark);
    const results = [];
    for (let next = await iterator.iterator.next(); !next.done; next = await iterator.iterator.next()) {
      results.push(next.value.key);
    }
    await iterator.iterator.close();
    return { results, bookmark: iterator.metadata.bookmark, count: iterator.metadata.fetchedRecordsCount };
  }

  async PutByMaker(ctx, maker, name) {
    await ctx.stub.putState(ctx.stub.createCompositeKey('maker', [maker, name]), Buffer.from(name));
  }

  async ByMaker(ctx, maker) {
    const found = await collect(ctx.stub.getStateByPartialCompositeKey('maker', [maker]));
    return found.map(([key, value]) => [ctx.stub.splitCompositeKey(key).attributes, value]);
  }

  async History(ctx, key) {
    const changes = [];
    for await (const { txId, value, isDelete, timestamp } of ctx.stub.getHistoryForKey(key)) {
      changes.push({ txId, value: value.toString(), isDelete, seconds: Number(timestamp.seconds) });
    }
    return changes;
  }

  async PutSecret(ctx, key) {
    await ctx.stub.putPrivateData(SECRETS, key, ctx.stub.getTransient().get('secret'));
  }

  async GetSecret(ctx, key) {
    return (await ctx.stub.getPrivateData(SECRETS, key)).toString();
  }

  async SecretHash(ctx, key) {
    return Buffer.from(await ctx.stub.getPrivateDataHash(SECRETS, key)).toString('hex');
  }

  async Guard(ctx, key, mspId) {
    const policy = new KeyEndorsementPolicy();
    policy.addOrgs('MEMBER', mspId);
    await ctx.stub.setStateValidationParameter(key, policy.getPolicy());
  }

  async GuardsOf(ctx, key) {
    return new KeyEndorsementPolicy(await ctx.stub.getStateValidationParameter(key)).listOrgs();
  }

  // What the asset chaincode of the same channel answers.
  async AssetExists(ctx, id) {
    const answer = await ctx.stub.invokeChaincode('asset', ['AssetExists', id], '');
    return `${answer.status} ${answer.payload.toString()}`;
  }

  async WhoAmI(ctx) {
    return {
      mspId: ctx.clientIdentity.getMSPID(),
      id: ctx.clientIdentity.getID(),
      txId: ctx.stub.getTxID(),
      channel: ctx.stub.getChannelID(),
      function: ctx.stub.getFunctionAndParameters().fcn,
    };
  }

  async Fail(ctx, text) {
    await ctx.stub.putState('never', Buffer.from('x'));
    throw new Error(text);
  }
}

module.exports.contracts = [Parts];
