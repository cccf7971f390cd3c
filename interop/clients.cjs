// mqtt.js against the broker: clients.cjs MODULES URL LEVEL prints "check<tab>ok" for each.
// Over TLS: ... LEVEL CA CERT KEY USER PASSWORD.
'use strict';

const assert = require('node:assert');
const { randomBytes } = require('node:crypto');
const { once } = require('node:events');
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { connect } = createRequire(`${process.argv[2]}/`)('mqtt');

const url = process.argv[3];
const protocolVersion = Number(process.argv[4]);
const five = protocolVersion === 5;
const [ca, cert, key, username, password] = process.argv.slice(5);
const tls = ca
  ? { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key), username, password }
  : {};
const root = `js/${url.split(':')[0]}/${protocolVersion}`;
const open = new Set();
let ids = 0;

/** A connected client that keeps what it hears. */
async function client(options = {}) {
  const made = connect(url, {
    clientId: `js${process.pid}-${ids++}`,
    protocolVersion,
    protocolId: protocolVersion === 3 ? 'MQIsdp' : 'MQTT',
    reconnectPeriod: 0,
    connectTimeout: 20_000,
    ...tls,
    ...options,
  });
  open.add(made);
  made.heard = [];
  made.waiting = [];
  made.on('message', (topic, payload, packet) => {
    const next = made.waiting.shift();
    if (next) next({ topic, payload, packet });
    else made.heard.push({ topic, payload, packet });
  });
  made.next = () =>
    made.heard.length > 0
      ? Promise.resolve(made.heard.shift())
      : new Promise((resolve) => made.waiting.push(resolve));
  await once(made, 'connect'); // messages may come with it, so all of the above stands first
  return made;
}

const checks = {
  async 'QoS 0, 1 and 2'() {
    const both = await client();
    await both.subscribeAsync(`${root}/q/#`, { qos: 2 });
    for (const qos of [0, 1, 2]) {
      await both.publishAsync(`${root}/q/${qos}`, `m${qos}`, { qos });
      const { topic, payload, packet } = await both.next();
      assert.deepStrictEqual([topic, `${payload}`, packet.qos], [`${root}/q/${qos}`, `m${qos}`, qos]);
    }
  },
  async 'retained message'() {
    const publisher = await client();
    await publisher.publishAsync(`${root}/r`, 'kept', { qos: 1, retain: true });
    const late = await client();
    await late.subscribeAsync(`${root}/r`);
    const { payload, packet } = await late.next();
    assert.deepStrictEqual([`${payload}`, packet.retain], ['kept', true]);
    await publisher.publishAsync(`${root}/r`, '', { qos: 1, retain: true });
  },
  async 'will after a lost connection'() {
    const heir = await client();
    await heir.subscribeAsync(`${root}/w`, { qos: 1 });
    const dying = await client({ will: { topic: `${root}/w`, payload: 'gone', qos: 1 } });
    dying.stream.destroy();
    assert.strictEqual(`${(await heir.next()).payload}`, 'gone');
  },
  async 'session that outlives its connection'() {
    const clientId = `away${protocolVersion}${url.slice(0, 2)}`;
    const kept = { clientId, clean: false };
    if (five) kept.properties = { sessionExpiryInterval: 3600 };
    const away = await client(kept);
    await away.subscribeAsync(`${root}/s`, { qos: 2 });
    await away.endAsync();
    const publisher = await client();
    for (let i = 0; i < 50; i++) {
      await publisher.publishAsync(`${root}/s`, `${i}`, { qos: 1 });
    }
    const back = await client(kept);
    for (let i = 0; i < 50; i++) {
      assert.strictEqual(`${(await back.next()).payload}`, `${i}`);
    }
    await back.endAsync();
    await (await client({ clientId, clean: true })).endAsync();
  },
  async '5,000,000 bytes'() {
    const payload = randomBytes(5_000_000);
    const both = await client();
    await both.subscribeAsync(`${root}/l`, { qos: 1 });
    await both.publishAsync(`${root}/l`, payload, { qos: 1 });
    assert.ok((await both.next()).payload.equals(payload));
  },
  async '2,000 messages at once, in order'() {
    const both = await client();
    await both.subscribeAsync(`${root}/k`, { qos: 1 });
    const sent = [];
    for (let i = 0; i < 2_000; i++) {
      sent.push(both.publishAsync(`${root}/k`, `${i}`, { qos: 1 }));
    }
    for (let i = 0; i < 2_000; i++) {
      assert.strictEqual(`${(await both.next()).payload}`, `${i}`);
    }
    await Promise.all(sent);
  },
};

if (five) {
  checks['properties and a request that is answered'] = async () => {
    const requester = await client();
    const responder = await client();
    await requester.subscribeAsync(`${root}/answers`, { qos: 1 });
    await responder.subscribeAsync(`${root}/questions`, {
      qos: 1,
      properties: { subscriptionIdentifier: 7 },
    });
    await requester.publishAsync(`${root}/questions`, 'why', {
      qos: 1,
      properties: {
        responseTopic: `${root}/answers`,
        correlationData: Buffer.from([0, 255, 7]),
        contentType: 'text/plain',
        payloadFormatIndicator: true,
        messageExpiryInterval: 100,
        userProperties: { a: ['2', '1'], b: '3' },
      },
    });
    const { properties } = (await responder.next()).packet;
    assert.strictEqual(properties.subscriptionIdentifier, 7);
    assert.strictEqual(properties.contentType, 'text/plain');
    assert.deepStrictEqual({ ...properties.userProperties }, { a: ['2', '1'], b: '3' });
    await responder.publishAsync(properties.responseTopic, 'because', {
      qos: 1,
      properties: { correlationData: properties.correlationData },
    });
    const answer = await requester.next();
    assert.deepStrictEqual(answer.packet.properties.correlationData, Buffer.from([0, 255, 7]));
  };
  checks['topic aliases in both directions'] = async () => {
    const listener = await client({ properties: { topicAliasMaximum: 5 } });
    await listener.subscribeAsync(`${root}/alias/#`, { qos: 1 });
    const speaker = await client({ autoAssignTopicAlias: true, autoUseTopicAlias: true });
    for (let i = 0; i < 40; i++) {
      await speaker.publishAsync(`${root}/alias/${i % 8}`, `${i}`, { qos: 1 });
    }
    for (let i = 0; i < 40; i++) {
      const { topic, payload } = await listener.next();
      assert.deepStrictEqual([topic, `${payload}`], [`${root}/alias/${i % 8}`, `${i}`]);
    }
  };
}

(async () => {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`${name}\tok`);
    } catch (problem) {
      failed++;
      console.log(`${name}\tFAILED ${problem.message.split('\n')[0]}`);
    }
    for (const each of open) each.end(true);
    open.clear();
  }
  process.exit(failed === 0 ? 0 : 1);
})();
