package io.whimbrel.core.port;

/**
 * Every named maximum and choice of the broker's core. A running broker may be given others: they
 * hold from each shard's next turn on, but for what was agreed with a client when it connected.
 * Defaults and their documentation stand in the server's configuration, with what a change reaches;
 * a value of zero means "off" only where said.
 *
 * @param packetSizeMax largest packet accepted once connected, bytes (Maximum Packet Size)
 * @param connectPacketSizeMax largest CONNECT, and AUTH before CONNACK, bytes
 * @param connectTimeoutMillis time from the network connection to a complete CONNECT exchange
 * @param connectionsMax connections in all; further ones are answered SERVER_BUSY or closed
 * @param topicLevelsMax levels of a Topic Name or Topic Filter
 * @param userPropertiesMax User Properties of one packet
 * @param subscriptionsPerSessionMax further ones get SUBACK QUOTA_EXCEEDED (3.x: 0x80)
 * @param retainedMessagesMax further new topics are refused with QUOTA_EXCEEDED
 * @param retainedBytesMax topics and payloads together, likewise
 * @param queueMessagesMax messages waiting or in flight for one session
 * @param queueBytesMax their topics, properties and payloads together
 * @param queueResidentMessagesMax messages that wait in memory for one connected session, where the
 *     journal can give them back; further ones wait on disk alone, and all once the client is away
 * @param queueResidentBytesMax their bytes, likewise
 * @param queuePageMessagesMax messages read back at a time
 * @param queuePageBytesMax their bytes, likewise, but for the last message
 * @param dropOldest what a full queue does: drop its oldest unsent message, else the new one
 * @param queueQos0Offline whether QoS 0 is queued for a persistent session that is away
 * @param receiveMaximum unacknowledged QoS 1 and 2 PUBLISH packets we accept (Receive Maximum)
 * @param inFlightMax unacknowledged QoS 1 and 2 PUBLISH packets we send, whatever the client allows
 * @param topicAliasMaximumIn aliases a client may set; zero switches them off
 * @param topicAliasMaximumOut aliases we use towards a client that allows them; zero: none
 * @param serverKeepAliveSeconds Server Keep Alive told to every 5.0 client; zero: the client's own
 * @param keepAliveMaxSeconds longest keep alive granted (5.0: by Server Keep Alive); zero: any
 * @param sessionExpiryMaxSeconds longest Session Expiry Interval granted, 4294967295 for ever
 * @param outputBytesMax bytes waiting for one peer above which it is not written to (QoS 0 is
 *     dropped, QoS 1 and 2 wait in the queue) nor read from
 * @param stuckOutputMillis a peer whose output stays above that for so long is closed
 * @param packetsPerTurnMax packets of one connection handled before others have theirs
 * @param unacknowledgedMax acknowledgements of one connection that wait for durability before it is
 *     not read from (3.x has no Receive Maximum)
 * @param laneMessagesMax messages on their way from one event loop to another before publishers are
 *     not read from
 * @param uncommittedBytesMax bytes a shard appended that are not durable yet, likewise
 * @param memoryBytesMax bytes of all queued and retained messages in memory; above it QoS 0 is
 *     dropped and QoS 1 and 2 are refused with QUOTA_EXCEEDED (3.x: closed)
 * @param publishRateMax PUBLISH packets per second and connection; zero: any. A faster one is
 *     braked
 * @param payloadFormatCheck whether a payload that says it is UTF-8 is checked
 *     (PAYLOAD_FORMAT_INVALID)
 * @param closeUnauthorised whether a 3.x client that publishes where it may not is closed; else it
 *     is told that it has [3.1.1 MQTT-3.3.5-2]
 * @param concealUnauthorised whether a 5.0 client is told UNSPECIFIED_ERROR where it is not allowed
 *     something, which says that the reason is not revealed (3.4.2.1, 3.9.3)
 * @param sliceMax timer or replay steps done in one turn
 */
public record Limits(
    int packetSizeMax,
    int connectPacketSizeMax,
    long connectTimeoutMillis,
    int connectionsMax,
    int topicLevelsMax,
    int userPropertiesMax,
    int subscriptionsPerSessionMax,
    long retainedMessagesMax,
    long retainedBytesMax,
    int queueMessagesMax,
    long queueBytesMax,
    int queueResidentMessagesMax,
    long queueResidentBytesMax,
    int queuePageMessagesMax,
    int queuePageBytesMax,
    boolean dropOldest,
    boolean queueQos0Offline,
    int receiveMaximum,
    int inFlightMax,
    int topicAliasMaximumIn,
    int topicAliasMaximumOut,
    int serverKeepAliveSeconds,
    int keepAliveMaxSeconds,
    long sessionExpiryMaxSeconds,
    int outputBytesMax,
    long stuckOutputMillis,
    int packetsPerTurnMax,
    int unacknowledgedMax,
    int laneMessagesMax,
    long uncommittedBytesMax,
    long memoryBytesMax,
    int publishRateMax,
    boolean payloadFormatCheck,
    boolean closeUnauthorised,
    boolean concealUnauthorised,
    int sliceMax) {}
