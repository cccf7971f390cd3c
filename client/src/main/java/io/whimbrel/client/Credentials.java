package io.whimbrel.client;

import io.whimbrel.client.internal.Failures;
import io.whimbrel.client.internal.Runner;
import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Will;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client says to be let in, and again before that is too old: a re-authentication where
 * there is an authentication method (4.12.1), else another connection. What suppliers say comes
 * late, on threads of theirs: it counts for the connection alone that it was asked for. Owned by
 * the runner's loop.
 */
final class Credentials {
  /** For ever. */
  private static final long EXPIRY_MAX = 0xFFFF_FFFFL;

  /** A session outlives its connection so long where none is to be kept: until it is resumed. */
  private static final Duration GRACE = Duration.ofMinutes(5);

  private static final long RENEWAL_MILLIS_MIN = 1_000;
  private static final Duration LIFE_MAX = Duration.ofDays(3_650);
  private static final int PASSWORD_BYTES_MAX = 65_535;
  private static final byte[] NOTHING = {};

  private final ClientOptions options;
  private final Timers timers;
  private final Consumer<String> failed;
  private boolean everConnected;

  // Valid for the connection.
  private long connection;
  private @Nullable Steps steps;
  private Optional<Duration> life = Optional.empty();
  private Runnable renewal = () -> {};

  /**
   * Nothing was said yet.
   *
   * @param failed hears why something could not be renewed
   */
  Credentials(ClientOptions options, Timers timers, Consumer<String> failed) {
    this.options = options;
    this.timers = timers;
    this.failed = failed;
  }

  private @Nullable Steps begin() {
    EnhancedAuthentication authentication = options.authentication();
    TokenSupplier tokens = options.tokens();
    return authentication != null
        ? Steps.of(authentication, options.executor())
        : tokens != null ? Steps.of(tokens, options.executor()) : null;
  }

  private boolean isByMethod() {
    return options.version().isFive() && !options.authenticationMethod().isEmpty();
  }

  // ---------------------------------------------------------------- connecting

  /** What to say next; from here on it is another connection. */
  CompletionStage<Connect> nextConnect(Runner runner) {
    onDisconnected();
    long mine = ++connection;
    boolean clean = isClean();
    life = Optional.empty();
    Steps made = begin();
    steps = made;
    if (made == null) {
      return CompletableFuture.completedFuture(connect(clean, null));
    }
    return made.first()
        .thenApply(
            step -> {
              runner.post(s -> lives(mine, step.life()));
              return connect(clean, step.data());
            });
  }

  private void lives(long mine, Optional<Duration> span) {
    if (mine == connection) {
      life = span;
    }
  }

  /**
   * The server lets us in.
   *
   * @throws RuntimeException it is not the server that was meant
   */
  void onConnected(Connack connack, Runner runner) {
    verify(connack.properties());
    everConnected = true;
    planRenewal(runner);
  }

  private void verify(Properties said) {
    Steps now = steps;
    if (now != null && isByMethod()) {
      byte[] last = said.binary(PropertyId.AUTHENTICATION_DATA);
      life = now.verified(last == null ? NOTHING : last).or(() -> life);
    }
  }

  /** There is no connection, and nothing to renew. */
  void onDisconnected() {
    renewal.run();
    renewal = () -> {};
  }

  private Connect connect(boolean clean, byte @Nullable [] secret) {
    boolean five = options.version().isFive();
    boolean byMethod = isByMethod();
    Message will = options.will();
    byte[] password = secret != null && !byMethod ? secret : options.password();
    if (password != null && password.length > PASSWORD_BYTES_MAX) {
      throw new IllegalArgumentException("a password has at most " + PASSWORD_BYTES_MAX + " bytes");
    }
    return new Connect(
        options.version(),
        clean,
        (int) options.keepAlive().toSeconds(),
        five ? properties(byMethod, secret) : Properties.NONE,
        options.clientId(),
        will == null ? null : will(will, five),
        options.userName(),
        password);
  }

  /** The first connection begins a session, later ones go on with it. */
  private boolean isClean() {
    if (options.sessionExpiry().isPresent()) {
      return options.cleanStart() && !everConnected;
    }
    return !options.version().isFive() || !everConnected;
  }

  private Properties properties(boolean byMethod, byte @Nullable [] token) {
    Duration expiry = options.sessionExpiry().orElse(GRACE);
    Properties.Builder said =
        options.properties().toBuilder()
            .set(PropertyId.SESSION_EXPIRY_INTERVAL, Math.min(EXPIRY_MAX, expiry.toSeconds()))
            .set(PropertyId.RECEIVE_MAXIMUM, options.receiveMaximum());
    if (options.packetSizeMax() > 0) {
      said.set(PropertyId.MAXIMUM_PACKET_SIZE, options.packetSizeMax());
    }
    if (options.topicAliasMaximum() > 0) {
      said.set(PropertyId.TOPIC_ALIAS_MAXIMUM, options.topicAliasMaximum());
    }
    if (byMethod) {
      said.set(PropertyId.AUTHENTICATION_METHOD, options.authenticationMethod());
      if (token != null) {
        said.set(PropertyId.AUTHENTICATION_DATA, token);
      }
    }
    options.userProperties().forEach(each -> said.user(each[0], each[1]));
    return said.build();
  }

  private Will will(Message message, boolean five) {
    Properties properties = five ? message.publish().properties() : Properties.NONE;
    if (five && !options.willDelay().isZero()) {
      properties =
          properties.toBuilder()
              .set(PropertyId.WILL_DELAY_INTERVAL, options.willDelay().toSeconds())
              .build();
    }
    return new Will(
        message.publish().topic(),
        message.publish().payload(),
        message.qos(),
        message.retain(),
        properties);
  }

  // ---------------------------------------------------------------- renewing

  /** About 80 % of a life. */
  static long renewalMillis(Duration life) {
    return Math.max(RENEWAL_MILLIS_MIN, millis(life) / 10 * 8);
  }

  /** After a supplier has failed: some tries before the life is over. */
  static long retryMillis(Duration life) {
    return Math.max(RENEWAL_MILLIS_MIN, millis(life) / 10);
  }

  private static long millis(Duration life) {
    boolean isHuge = life.compareTo(LIFE_MAX) > 0;
    return life.isNegative() ? 0 : isHuge ? LIFE_MAX.toMillis() : life.toMillis();
  }

  private void planRenewal(Runner runner) {
    life.ifPresent(span -> planRenewal(renewalMillis(span), runner));
  }

  private void planRenewal(long millis, Runner runner) {
    long mine = connection;
    renewal.run();
    renewal =
        timers.after(
            millis,
            () ->
                runner.post(
                    s -> {
                      if (mine == connection && s.isConnected()) {
                        renew(runner);
                      }
                    }));
  }

  private void renew(Runner runner) {
    Steps made = isByMethod() ? begin() : null;
    if (made == null) {
      runner.reconnect("the token is renewed"); // the next connection asks for one
      return;
    }
    answer(
        made.first().orTimeout(options.timeout().toMillis(), TimeUnit.MILLISECONDS),
        ReasonCode.REAUTHENTICATE,
        runner,
        () -> steps = made,
        why -> planRenewal(life.map(Credentials::retryMillis).orElse(RENEWAL_MILLIS_MIN), runner));
  }

  /** The server wants more, or has taken a re-authentication. */
  void onAuth(Auth auth, Runner runner) {
    Steps now = steps;
    if (now == null) {
      return;
    }
    if (auth.reason() == ReasonCode.CONTINUE_AUTHENTICATION) {
      byte[] challenge = auth.properties().binary(PropertyId.AUTHENTICATION_DATA);
      answer(
          now.next(challenge == null ? NOTHING : challenge),
          ReasonCode.CONTINUE_AUTHENTICATION,
          runner,
          () -> {},
          why -> runner.reconnect("the server's challenge has no answer: " + why));
    } else if (auth.reason() == ReasonCode.SUCCESS) {
      try {
        verify(auth.properties());
        planRenewal(runner);
      } catch (RuntimeException untrusted) {
        String why = Failures.words(untrusted);
        failed.accept(why);
        runner.reconnect("the server has not proven who it is: " + why);
      }
    }
  }

  /** Says the step when it is there, if the connection that it is for still is. */
  private void answer(
      CompletableFuture<Steps.Step> coming,
      ReasonCode reason,
      Runner runner,
      Runnable said,
      Consumer<String> otherwise) {
    long mine = connection;
    coming.whenComplete(
        (step, failure) ->
            runner.post(
                s -> {
                  if (mine == connection && step != null) {
                    said.run();
                    life = step.life();
                    s.authenticate(auth(reason, step.data()));
                  } else if (mine == connection) {
                    String why = Failures.words(failure);
                    failed.accept(why);
                    otherwise.accept(why);
                  }
                }));
  }

  private Auth auth(ReasonCode reason, byte[] data) {
    return new Auth(
        reason,
        Properties.builder()
            .set(PropertyId.AUTHENTICATION_METHOD, options.authenticationMethod())
            .set(PropertyId.AUTHENTICATION_DATA, data)
            .build());
  }
}
