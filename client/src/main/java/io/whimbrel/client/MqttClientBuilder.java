package io.whimbrel.client;

import io.whimbrel.client.internal.Threads;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Collects what a client is made of. For one thread. */
public final class MqttClientBuilder {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

  /** What a text, a password and a will have room for (1.5.4, 1.5.6). */
  private static final int BLOCK_BYTES_MAX = 65_535;

  private final List<ServerAddress> servers;
  private final List<String[]> userProperties = new ArrayList<>();
  private Properties properties = Properties.NONE;
  private ProtocolVersion version = ProtocolVersion.MQTT_5;
  private String clientId = "";
  private @Nullable String userName;
  private byte @Nullable [] password;
  private @Nullable TokenSupplier tokens;
  private @Nullable EnhancedAuthentication authentication;
  private String authenticationMethod = "";
  private Tls tls = Tls.DEFAULT;
  private Duration keepAlive = Duration.ofSeconds(60);
  private @Nullable Duration sessionExpiry;
  private boolean cleanStart;
  private int receiveMaximum = 1_000;
  private int inFlightMaximum;
  private long packetSizeMax;
  private int topicAliasMaximum = 64;
  private @Nullable Message will;
  private Duration willDelay = Duration.ZERO;
  private OutboxSettings outbox = OutboxSettings.inMemory();
  private boolean byHand;
  private boolean reconnects = true;
  private Duration backoffMin = Duration.ofMillis(500);
  private Duration backoffMax = Duration.ofSeconds(60);
  private Duration timeout = Duration.ofSeconds(30);
  private ClientListener listener = new ClientListener() {};
  private Executor executor = Threads.workers();

  MqttClientBuilder(List<ServerAddress> servers) {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("no server was given");
    }
    this.servers = List.copyOf(servers);
  }

  /** What is spoken; MQTT 5 where nothing is said. */
  public MqttClientBuilder version(ProtocolVersion wanted) {
    version = wanted;
    return this;
  }

  /** The Client Identifier; one at random where nothing is said. */
  public MqttClientBuilder clientId(String id) {
    clientId = id;
    return this;
  }

  /** User name and password; the password is sent in UTF-8. */
  public MqttClientBuilder credentials(String user, String secret) {
    userName = user;
    password = secret.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** A user name alone, to go with {@link #tokens} or a certificate. */
  public MqttClientBuilder userName(String user) {
    userName = user;
    return this;
  }

  /** A token for each connection, as its password. */
  public MqttClientBuilder tokens(TokenSupplier supplier) {
    authenticationMethod = "";
    authentication = null;
    tokens = supplier;
    return this;
  }

  /** The same by an enhanced authentication of this method (4.12); MQTT 5. */
  public MqttClientBuilder tokens(String method, TokenSupplier supplier) {
    authenticationMethod = method;
    authentication = null;
    tokens = supplier;
    return this;
  }

  /** An enhanced authentication of several steps (4.12) instead of tokens; MQTT 5. */
  public MqttClientBuilder authentication(EnhancedAuthentication wanted) {
    authenticationMethod = wanted.method();
    authentication = wanted;
    tokens = null;
    return this;
  }

  /** How connections to {@code mqtts://} and {@code wss://} are encrypted. */
  public MqttClientBuilder tls(Tls settings) {
    tls = settings;
    return this;
  }

  /**
   * How often the server hears from the client at least, in whole seconds, up to 65,535; zero for
   * never. 60 s where nothing is said.
   */
  public MqttClientBuilder keepAlive(Duration every) {
    keepAlive = every;
    return this;
  }

  /**
   * The server keeps the session so long while the client is away, and the client goes on with it.
   * Where nothing is said, the session ends with {@link MqttClient#disconnect} and is kept over
   * lost connections alone, with MQTT 5 for 5 minutes.
   */
  public MqttClientBuilder sessionExpiry(Duration after) {
    sessionExpiry = after;
    return this;
  }

  /** The first connection of this client begins a new session, whatever the server has. */
  public MqttClientBuilder cleanStart() {
    cleanStart = true;
    return this;
  }

  /** How many messages of QoS 1 and 2 the server may leave unacknowledged; 1,000. MQTT 5. */
  public MqttClientBuilder receiveMaximum(int messages) {
    receiveMaximum = messages;
    return this;
  }

  /**
   * How many messages of QoS 1 and 2 the client sends without an acknowledgement, at most. Where
   * nothing is said, 1,000 or what an MQTT 5 server says it takes, and 20 with 3.1.1: its servers
   * cannot say it, and Mosquitto acknowledges QoS 2 messages beyond that and loses them.
   */
  public MqttClientBuilder inFlightMaximum(int messages) {
    inFlightMaximum = messages;
    return this;
  }

  /**
   * The largest packet that the client takes, in bytes; no limit where nothing is said. With 3.1.1
   * it means nothing, as a client cannot say it.
   */
  public MqttClientBuilder packetSizeMax(long bytes) {
    packetSizeMax = bytes;
    return this;
  }

  /** How many topics the server may give an alias; 64. MQTT 5. */
  public MqttClientBuilder topicAliasMaximum(int aliases) {
    topicAliasMaximum = aliases;
    return this;
  }

  /** What the server publishes when the client is lost. */
  public MqttClientBuilder will(Message message) {
    will = message;
    return this;
  }

  /** The same, when it is still lost after so long; MQTT 5. */
  public MqttClientBuilder will(Message message, Duration delay) {
    will = message;
    willDelay = delay;
    return this;
  }

  /** One more User Property of CONNECT. */
  public MqttClientBuilder userProperty(String name, String value) {
    userProperties.add(new String[] {name, value});
    return this;
  }

  /** More of CONNECT, for what the other methods cannot say; what they say wins. MQTT 5. */
  public MqttClientBuilder properties(Properties more) {
    properties = more;
    return this;
  }

  /**
   * Where messages are kept until their receivers have them; in memory where nothing is said. On
   * disk it needs a {@link #clientId}, and the session is kept for a day unless said otherwise.
   */
  public MqttClientBuilder outbox(OutboxSettings settings) {
    outbox = settings;
    return this;
  }

  /** Handlers call {@link ReceivedMessage#acknowledge} themselves. */
  public MqttClientBuilder acknowledgeByHand() {
    byHand = true;
    return this;
  }

  /** A lost connection is not made again. */
  public MqttClientBuilder withoutReconnecting() {
    reconnects = false;
    return this;
  }

  /** The waits between tries: they grow from the first to the second; 0.5 s and 60 s. */
  public MqttClientBuilder backoff(Duration min, Duration max) {
    backoffMin = min;
    backoffMax = max;
    return this;
  }

  /** How long a try to connect, a SUBSCRIBE and a blocking call wait; 30 s. */
  public MqttClientBuilder timeout(Duration limit) {
    timeout = limit;
    return this;
  }

  /** Hears what becomes of the client. */
  public MqttClientBuilder listener(ClientListener hears) {
    listener = hears;
    return this;
  }

  /**
   * Runs handlers, listeners and what completes; may be one of virtual threads. It must not run
   * tasks on the thread that gives them.
   */
  public MqttClientBuilder executor(Executor threads) {
    executor = threads;
    return this;
  }

  /**
   * The client. With an outbox on disk, this reads it.
   *
   * @throws IllegalArgumentException what was said does not go together
   * @throws MqttClientException the outbox cannot be opened
   */
  public MqttClient build() {
    checkNumbers();
    checkSecrets();
    Duration expiry = sessionExpiry;
    if (outbox.directory().isPresent()) {
      if (clientId.isEmpty()) {
        throw new IllegalArgumentException("an outbox on disk needs a client identifier");
      }
      expiry = expiry == null ? Duration.ofDays(1) : expiry;
      between(
          "session expiry in seconds with an outbox on disk",
          expiry.toSeconds(),
          1,
          Long.MAX_VALUE);
    }
    return MqttClient.of(
        new ClientOptions(
            servers,
            version,
            clientId.isEmpty() ? random() : clientId,
            userName,
            password,
            tokens,
            authentication,
            authenticationMethod,
            tls,
            keepAlive,
            Optional.ofNullable(expiry),
            cleanStart,
            receiveMaximum,
            inFlightMaximum > 0 ? inFlightMaximum : version.isFive() ? 1_000 : 20,
            packetSizeMax,
            topicAliasMaximum,
            will,
            willDelay,
            List.copyOf(userProperties),
            properties,
            outbox,
            byHand,
            reconnects,
            backoffMin,
            backoffMax,
            timeout,
            listener,
            executor));
  }

  private void checkNumbers() {
    between("keep alive", keepAlive.toSeconds(), 0, 65_535);
    if (keepAlive.toSeconds() == 0 && !keepAlive.isZero()) {
      throw new IllegalArgumentException("keep alive is in whole seconds; zero is for never");
    }
    if (sessionExpiry != null && sessionExpiry.isNegative()) {
      throw new IllegalArgumentException("session expiry is " + sessionExpiry);
    }
    between("will delay in seconds", willDelay.toSeconds(), 0, 0xFFFF_FFFFL);
    between("receive maximum", receiveMaximum, 1, 65_535);
    between("in flight maximum", inFlightMaximum, 0, 65_535);
    between("topic alias maximum", topicAliasMaximum, 0, 65_535);
    between("packet size", packetSizeMax, 0, 0xFFFF_FFFFL);
    between("time-out in milliseconds", timeout.toMillis(), 1, Integer.MAX_VALUE);
    between("shortest back-off in milliseconds", backoffMin.toMillis(), 1, Integer.MAX_VALUE);
    between(
        "longest back-off in milliseconds",
        backoffMax.toMillis(),
        backoffMin.toMillis(),
        Integer.MAX_VALUE);
  }

  /** What a CONNECT cannot say is found here, and not on the event loop. */
  private void checkSecrets() {
    if (!version.isFive() && !authenticationMethod.isEmpty()) {
      throw new IllegalArgumentException("an authentication method needs MQTT 5");
    }
    if (!version.isFive() && tokens != null && userName == null) {
      // [MQTT-3.1.2-22] of 3.1.1
      throw new IllegalArgumentException("before MQTT 5, a token as password needs a user name");
    }
    if (password != null) {
      between("bytes of the password", password.length, 0, BLOCK_BYTES_MAX);
    }
    if (will != null) {
      between("bytes of the will", will.publish().payload().length, 0, BLOCK_BYTES_MAX);
    }
    for (String text : new String[] {clientId, userName == null ? "" : userName}) {
      between(
          "bytes of client identifier and user name",
          text.getBytes(StandardCharsets.UTF_8).length,
          0,
          BLOCK_BYTES_MAX);
    }
  }

  private static void between(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + " is " + value + "; allowed: " + min + " to " + max);
    }
  }

  private static String random() {
    SecureRandom random = new SecureRandom();
    StringBuilder id = new StringBuilder("whimbrel-");
    for (int i = 0; i < 14; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString(); // of at most 23 letters and digits, and a dash (3.1.3.1)
  }
}
