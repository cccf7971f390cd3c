package io.whimbrel.client;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a client is made of; see {@link MqttClientBuilder} for what each means. */
record ClientOptions(
    List<ServerAddress> servers,
    ProtocolVersion version,
    String clientId,
    @Nullable String userName,
    byte @Nullable [] password,
    @Nullable TokenSupplier tokens,
    @Nullable EnhancedAuthentication authentication,
    String authenticationMethod,
    Tls tls,
    Duration keepAlive,
    Optional<Duration> sessionExpiry,
    boolean cleanStart,
    int receiveMaximum,
    int inFlightMaximum,
    long packetSizeMax,
    int topicAliasMaximum,
    @Nullable Message will,
    Duration willDelay,
    List<String[]> userProperties,
    Properties properties,
    OutboxSettings outbox,
    boolean byHand,
    boolean reconnects,
    Duration backoffMin,
    Duration backoffMax,
    Duration timeout,
    ClientListener listener,
    Executor executor) {}
