package io.whimbrel.client;

import io.whimbrel.client.internal.ClientSession;
import io.whimbrel.client.internal.Runner;
import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.Will;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client says to be let in, and again before its token is too old: a re-authentication where
 * there is an authentication method (4.12.1), else another connection. Used by the runner's loop.
 */
final class Credentials {
  /** For ever. */
  private static final long EXPIRY_MAX = 0xFFFF_FFFFL;

  /** A session outlives its connection so long where none is to be kept: until it is resumed. */
  private static final Duration GRACE = Duration.ofMinutes(5);

  private final ClientOptions options;
  private boolean everConnected;
  private Optional<Duration> life = Optional.empty();

  Credentials(ClientOptions options) {
    this.options = options;
  }

  CompletionStage<Connect> nextConnect() {
    TokenSupplier tokens = options.tokens();
    if (tokens == null) {
      return CompletableFuture.completedFuture(connect(null));
    }
    return token(tokens)
        .thenApply(
            token -> {
              life = token.life();
              return connect(token.bytes());
            });
  }

  private CompletionStage<TokenSupplier.Token> token(TokenSupplier tokens) {
    return CompletableFuture.supplyAsync(tokens::next, options.executor())
        .thenCompose(next -> next);
  }

  void onConnected() {
    everConnected = true;
  }

  private Connect connect(byte @Nullable [] token) {
    boolean five = options.version().isFive();
    boolean byMethod = five && !options.authenticationMethod().isEmpty();
    Message will = options.will();
    return new Connect(
        options.version(),
        isClean(five),
        (int) options.keepAlive().toSeconds(),
        five ? properties(byMethod, token) : Properties.NONE,
        options.clientId(),
        will == null ? null : will(will, five),
        options.userName(),
        token != null && !byMethod ? token : options.password());
  }

  /** The first connection begins a session, later ones go on with it. */
  private boolean isClean(boolean five) {
    if (options.sessionExpiry().isPresent()) {
      return options.cleanStart() && !everConnected;
    }
    return !five || !everConnected;
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

  /** Says how long the token is still good enough, where that matters. */
  void whenToRenew(LongConsumer afterMillis) {
    life.ifPresent(span -> afterMillis.accept(Math.max(1, span.toMillis() * 8 / 10)));
  }

  /** About 80 % of the token's life are over. */
  void renew(ClientSession session, Runner runner) {
    TokenSupplier tokens = options.tokens();
    if (tokens == null || !session.isConnected()) {
      return; // the next connection gets a new one anyway
    }
    boolean byMethod = options.version().isFive() && !options.authenticationMethod().isEmpty();
    if (!byMethod) {
      runner.reconnect("the token is renewed");
      return;
    }
    token(tokens)
        .thenAccept(
            token ->
                runner.post(
                    s -> {
                      life = token.life();
                      s.authenticate(auth(ReasonCode.REAUTHENTICATE, token.bytes()));
                    }));
  }

  /** The server wants more, or has taken a re-authentication. */
  void onAuth(Auth auth, Runner runner) {
    TokenSupplier tokens = options.tokens();
    if (auth.reason() == ReasonCode.CONTINUE_AUTHENTICATION && tokens != null) {
      token(tokens)
          .thenAccept(
              token ->
                  runner.post(
                      s ->
                          s.authenticate(auth(ReasonCode.CONTINUE_AUTHENTICATION, token.bytes()))));
    }
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
