package io.whimbrel.server.guard;

import static io.whimbrel.codec.ProtocolVersion.MQTT_3_1_1;
import static io.whimbrel.codec.ProtocolVersion.MQTT_5;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.ProtocolVersion;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.Admission;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Meter;
import io.whimbrel.core.port.Origin;
import io.whimbrel.core.port.Rights;
import io.whimbrel.server.config.ServerConfig;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GuardedAccessTest {
  private static final String HERE = "192.0.2.1:4711";
  private static final String THERE = "192.0.2.2:4711";

  /** What everybody may do, which is not asked here. */
  private static final Rights RIGHTS =
      new Rights() {
        @Override
        public ReasonCode mayPublish(TopicName topic, Qos qos, boolean retain) {
          return ReasonCode.SUCCESS;
        }

        @Override
        public ReasonCode maySubscribe(TopicFilter filter, Qos qos) {
          return ReasonCode.SUCCESS;
        }

        @Override
        public boolean mayReceive(TopicName topic) {
          return true;
        }
      };

  /** Whose password is their name; without a name nobody comes in. */
  private static final class Names implements Access {
    private int asked;

    @Override
    public void authenticate(String clientId, Connect connect, Origin origin, Answer answer) {
      asked++;
      String user = connect.userName();
      if (user == null) {
        answer.refuse(ReasonCode.NOT_AUTHORIZED);
      } else if (user.equals("token")) {
        answer.namesNobody();
        answer.refuse(ReasonCode.NOT_AUTHORIZED);
      } else if (user.equals("steps")) {
        answer.challenge(new byte[0], "kept");
      } else if (user.equals("busy")) {
        answer.refuse(ReasonCode.SERVER_BUSY);
      } else if (Arrays.equals(user.getBytes(UTF_8), connect.password())) {
        answer.accept(Admission.of(user, "password", RIGHTS));
      } else {
        answer.refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      }
    }

    @Override
    public void continueAuthentication(
        String clientId,
        Connect connect,
        Origin origin,
        byte @Nullable [] data,
        @Nullable Object state,
        Answer answer) {
      if ("kept".equals(state)) {
        answer.accept(Admission.of("steps", "method", RIGHTS));
      } else {
        answer.refuse(ReasonCode.NOT_AUTHORIZED);
      }
    }

    @Override
    public Rights rightsOf(Identity who) {
      return RIGHTS;
    }
  }

  private record Task(long dueAt, Runnable action) {}

  /** What a client hears; at most once. */
  private static final class Heard implements Access.Answer {
    private @Nullable ReasonCode reason;
    private @Nullable Object state;

    @Override
    public void accept(Admission admission) {
      heard(ReasonCode.SUCCESS);
    }

    @Override
    public void refuse(ReasonCode why) {
      heard(why);
    }

    @Override
    public void challenge(byte[] data, Object kept) {
      state = kept;
    }

    private void heard(ReasonCode what) {
      assertThat(reason).isNull();
      reason = what;
    }
  }

  private final Names names = new Names();
  private final List<Task> tasks = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private long now = 1_000_000;

  @Test
  void aFailedLoginIsAnsweredLateAndASuccessfulOneAtOnce() throws Exception {
    GuardedAccess guard = guard("logins.failure-delay", "2s");
    Heard wrong = connect(guard, "c", "alice", "x", HERE);
    Heard right = connect(guard, "c", "alice", "alice", HERE);
    Heard busy = connect(guard, "c", "busy", "x", HERE);

    assertThat(right.reason).isEqualTo(ReasonCode.SUCCESS);
    assertThat(busy.reason).isEqualTo(ReasonCode.SERVER_BUSY);
    assertThat(guard.delayed()).isEqualTo(1);
    pass(1_999);
    assertThat(wrong.reason).isNull();
    pass(1);
    assertThat(wrong.reason).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    assertThat(guard.delayed()).isZero();
    assertThat(guard.failed()).isEqualTo(1);
  }

  @Test
  void afterTooManyAUserIsNotTriedAnyMoreFromThereForAWhile() throws Exception {
    GuardedAccess guard = guard("logins.failures-max", "3", "logins.ban", "30s");
    for (int i = 0; i < 3; i++) {
      assertThat(login(guard, "alice", "x", HERE)).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }
    assertThat(told)
        .containsExactly(
            "user 'alice' from 192.0.2.1: 3 failed logins within a minute, refused for 30 s");
    int before = names.asked;

    assertThat(login(guard, "alice", "alice", HERE)).isEqualTo(ReasonCode.BANNED);
    assertThat(login(guard, "alice", "alice", "192.0.2.1:5")).isEqualTo(ReasonCode.BANNED);
    assertThat(names.asked).isEqualTo(before);
    assertThat(guard.unchecked()).isEqualTo(2);
    assertThat(guard.userBans()).isEqualTo(1);
    assertThat(login(guard, "bob", "bob", HERE)).isEqualTo(ReasonCode.SUCCESS);
    assertThat(login(guard, "alice", "alice", THERE)).isEqualTo(ReasonCode.SUCCESS);

    pass(30_000);
    assertThat(login(guard, "alice", "alice", HERE)).isEqualTo(ReasonCode.SUCCESS);
    assertThat(told).hasSize(1);
  }

  @Test
  void olderVersionsHaveNoWordForABan() throws Exception {
    GuardedAccess guard = guard("logins.failures-max", "1");
    Origin origin = new Origin(HERE, "tcp");
    guard.authenticate("c", packet(MQTT_3_1_1, "c", "alice", "x"), origin, new Heard());
    Heard banned = new Heard();
    guard.authenticate("c", packet(MQTT_3_1_1, "c", "alice", "alice"), origin, banned);
    pass(1_000);

    assertThat(banned.reason).isEqualTo(ReasonCode.NOT_AUTHORIZED);
  }

  @Test
  void aSuccessfulLoginMakesUpForThoseThatFailed() throws Exception {
    GuardedAccess guard = guard("logins.failures-max", "2");
    for (int i = 0; i < 5; i++) {
      assertThat(login(guard, "alice", "x", HERE)).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
      assertThat(login(guard, "alice", "alice", HERE)).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @Test
  void oneWhoTriesManyUsersIsKeptOutByItsAddressWhereThatIsWanted() throws Exception {
    GuardedAccess guard = guard("logins.failures-per-address-max", "5");
    for (int i = 0; i < 5; i++) {
      login(guard, "user " + i, "x", HERE);
      login(guard, "alice", "alice", HERE); // one of its own makes up for nothing
    }
    assertThat(login(guard, "alice", "alice", HERE)).isEqualTo(ReasonCode.BANNED);
    assertThat(login(guard, "alice", "alice", THERE)).isEqualTo(ReasonCode.SUCCESS);
    assertThat(guard.isBanned(InetAddress.getByName("192.0.2.1"))).isTrue();
    assertThat(guard.isBanned(InetAddress.getByName("192.0.2.2"))).isFalse();
    assertThat(guard.addressBans()).isEqualTo(1);
    assertThat(guard.userBans()).isZero();
  }

  @Test
  void whoComesByAUnixSocketIsBannedByItsUserAlone() throws Exception {
    GuardedAccess guard =
        guard(
            "logins.failures-max", "3",
            "logins.failures-per-address-max", "2",
            "rates.publishes-per-address-max", "1");
    for (int i = 0; i < 3; i++) {
      login(guard, "alice", "x", "unix");
    }

    assertThat(login(guard, "alice", "alice", "unix")).isEqualTo(ReasonCode.BANNED);
    assertThat(login(guard, "bob", "bob", "unix")).isEqualTo(ReasonCode.SUCCESS);
    assertThat(login(guard, "alice", "alice", HERE)).isEqualTo(ReasonCode.SUCCESS);
    assertThat(guard.addressBans()).isZero();
    assertThat(guard.meter(new Identity("c", "bob", "", new Origin("unix", "unix"))))
        .as("nor do they share a rate")
        .isSameAs(Meter.FREE);
  }

  @Test
  void whoNamesNobodyKeepsNobodyOut() throws Exception {
    GuardedAccess guard = guard("logins.failures-max", "2");
    for (int i = 0; i < 5; i++) {
      assertThat(login(guard, null, null, HERE)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }
    assertThat(guard.failed()).isEqualTo(5);
    assertThat(guard.userBans()).isZero();
  }

  @Test
  void whatIsKeptBackIsBounded() throws Exception {
    GuardedAccess guard = guard("logins.failures-max", "0");
    for (int i = 0; i < GuardedAccess.DELAYED_MAX; i++) {
      assertThat(connect(guard, "c", "alice", "x", HERE).reason).isNull();
    }
    assertThat(connect(guard, "c", "alice", "x", HERE).reason)
        .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);

    pass(1_000);
    assertThat(connect(guard, "c", "alice", "x", HERE).reason).isNull();
  }

  @Test
  void aBrokerThatStopsKeepsNoAnswerBack() throws Exception {
    GuardedAccess guard =
        guard(
            ServerConfig.defaults(),
            (millis, action) -> {
              throw new RejectedExecutionException();
            });

    assertThat(connect(guard, "c", "alice", "x", HERE).reason)
        .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    assertThat(guard.delayed()).isZero();
  }

  @Test
  void aClientThatComesAgainAndAgainIsRefusedForAWhile() throws Exception {
    GuardedAccess guard = guard("rates.connects-per-client-max", "3", "rates.client-pause", "20s");
    for (int i = 0; i < 3; i++) {
      assertThat(connected(guard, "c", "alice", "alice")).isEqualTo(ReasonCode.SUCCESS);
    }
    assertThat(connected(guard, "c", "alice", "alice"))
        .isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
    int before = names.asked;
    assertThat(connected(guard, "c", "alice", "alice"))
        .isEqualTo(ReasonCode.CONNECTION_RATE_EXCEEDED);
    assertThat(names.asked).isEqualTo(before);
    assertThat(told).containsExactly("client 'c': 4 connections within a minute, refused for 20 s");
    assertThat(connected(guard, "d", "alice", "alice")).isEqualTo(ReasonCode.SUCCESS);

    pass(20_000);
    assertThat(connected(guard, "c", "alice", "alice")).isEqualTo(ReasonCode.SUCCESS);
    assertThat(guard.clientBans()).isEqualTo(1);
  }

  @Test
  void whoComesInSeveralStepsComesAgainAndAgainToo() throws Exception {
    GuardedAccess guard = guard("rates.connects-per-client-max", "3", "rates.client-pause", "20s");
    List<ReasonCode> reasons = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Heard challenged = connect(guard, "c", "steps", null, HERE);
      Heard last = new Heard();
      Connect packet = packet(MQTT_5, "c", "steps", null);
      Origin origin = new Origin(HERE, "tcp");
      guard.continueAuthentication("c", packet, origin, null, challenged.state, last);
      pass(1_000);
      reasons.add(last.reason);
    }
    assertThat(reasons)
        .containsExactly(
            ReasonCode.SUCCESS,
            ReasonCode.SUCCESS,
            ReasonCode.SUCCESS,
            ReasonCode.CONNECTION_RATE_EXCEEDED);
  }

  @Test
  void aTokenThatFailsCountsForNoUser() throws Exception {
    GuardedAccess guard = guard("logins.failures-max", "3", "logins.ban", "20s");
    for (int i = 0; i < 10; i++) {
      login(guard, "token", "x", HERE);
    }
    assertThat(login(guard, "token", "token", HERE)).isNotEqualTo(ReasonCode.BANNED);
    assertThat(guard.userBans()).isZero();
  }

  @Test
  void nobodyKeepsAClientOutByItsName() throws Exception {
    GuardedAccess guard = guard("rates.connects-per-client-max", "3", "logins.failures-max", "0");
    for (int i = 0; i < 10; i++) {
      connected(guard, "plc", "alice", "guess");
      connected(guard, "plc", "eve", "eve");
    }

    assertThat(connected(guard, "plc", "alice", "alice")).isEqualTo(ReasonCode.SUCCESS);
  }

  @Test
  void everyClientWithoutAnIdentifierIsAnother() throws Exception {
    GuardedAccess guard = guard("rates.connects-per-client-max", "1");
    for (int i = 0; i < 10; i++) {
      assertThat(connected(guard, "", "alice", "alice")).isEqualTo(ReasonCode.SUCCESS);
    }
  }

  @Test
  void oneClientOfAUserIsSlowedByTheOther() throws Exception {
    GuardedAccess guard = guard("rates.publishes-per-user-max", "10");
    Meter one = guard.meter(new Identity("a", "alice", "", new Origin(HERE, "tcp")));
    Meter two = guard.meter(new Identity("b", "alice", "", new Origin(THERE, "tcp")));
    Meter other = guard.meter(new Identity("c", "bob", "", new Origin(HERE, "tcp")));
    for (int i = 0; i < 9; i++) {
      assertThat((i % 2 == 0 ? one : two).onPublish(now)).isZero();
    }

    assertThat(one.onPublish(now)).isEqualTo(100);
    assertThat(two.onPublish(now)).isEqualTo(200);
    assertThat(two.onBytes(1_000_000, now)).isZero();
    assertThat(other.onPublish(now)).isZero();
  }

  @Test
  void whatAStrangerOwesUnderAClientIdentifierItsOwnerDoesNotPay() throws Exception {
    GuardedAccess guard =
        guard("rates.publishes-per-client-max", "10", "rates.bytes-per-client-max", "1000");
    Meter stranger = guard.meter(new Identity("plc", "eve", "", new Origin(THERE, "tcp")));
    for (int i = 0; i < 1_000; i++) {
      stranger.onPublish(now);
    }
    stranger.onBytes(1_000_000, now);
    stranger.close();

    Meter owner = guard.meter(new Identity("plc", "alice", "", new Origin(HERE, "tcp")));
    assertThat(owner.onPublish(now)).isZero();
    assertThat(owner.onBytes(1, now)).isZero();
  }

  @Test
  void otherRatesAreThoseOfWhoComesNextAndARateThatStaysForgivesNothing() throws Exception {
    GuardedAccess guard =
        guard("rates.publishes-per-user-max", "10", "rates.bytes-per-user-max", "1000");
    Identity who = new Identity("a", "alice", "", new Origin(HERE, "tcp"));
    Meter before = guard.meter(who);
    before.onBytes(2_000, now);
    ServerConfig next =
        ServerConfig.of(
            Map.of("rates.publishes-per-user-max", "2", "rates.bytes-per-user-max", "1000"));
    guard.limits(next.rates(), next.logins());
    Meter after = guard.meter(who);

    assertThat(before.onPublish(now)).isZero();
    assertThat(before.onPublish(now)).isZero();
    assertThat(after.onPublish(now)).isZero();
    assertThat(after.onPublish(now)).isPositive();
    assertThat(after.onBytes(1, now)).isEqualTo(1_002);
    before.close();
    after.close();
  }

  @Test
  void theSlowestOfSeveralRatesIsWaitedFor() throws Exception {
    GuardedAccess guard =
        guard(
            "rates.bytes-per-client-max", "1000",
            "rates.bytes-per-address-max", "2000",
            "rates.bytes-per-user-max", "1");
    Meter one = guard.meter(new Identity("a", "", "", new Origin("[2001:db8::1]:1", "tcp")));
    Meter two = guard.meter(new Identity("b", "", "", new Origin("[2001:db8::2]:1", "tcp")));

    assertThat(one.onBytes(2_000, now)).isEqualTo(1_001);
    assertThat(two.onBytes(1_000, now)).isEqualTo(501);
    one.close();
    assertThat(guard.meter(new Identity("a", "", "", new Origin(THERE, "tcp"))).onBytes(1, now))
        .isEqualTo(1_002);
  }

  @Test
  void whereNoRateIsSetNothingIsMeasured() throws Exception {
    Identity who = new Identity("a", "", "", new Origin(HERE, "tcp"));

    assertThat(guard().meter(who)).isSameAs(Meter.FREE);
    assertThat(guard("rates.bytes-per-user-max", "1").meter(who)).isSameAs(Meter.FREE);
  }

  @Test
  void everyQuestionReachesTheOneBehind() {
    assertPassedOn(Access.class, GuardedAccess.class);
    Class<?> watched =
        Arrays.stream(GuardedAccess.class.getDeclaredClasses())
            .filter(Access.Answer.class::isAssignableFrom)
            .findFirst()
            .orElseThrow();
    assertPassedOn(Access.Answer.class, watched);
  }

  private static void assertPassedOn(Class<?> port, Class<?> guard) {
    for (Method question : port.getDeclaredMethods()) {
      if (!Modifier.isStatic(question.getModifiers()) && !question.isSynthetic()) {
        assertThat(guard.getDeclaredMethods())
            .as("a default would answer instead of what is guarded: %s", question)
            .anyMatch(
                own ->
                    own.getName().equals(question.getName())
                        && Arrays.equals(own.getParameterTypes(), question.getParameterTypes()));
      }
    }
  }

  // ---------------------------------------------------------------- the world

  private GuardedAccess guard(String... settings) throws Exception {
    Map<String, String> values = new java.util.HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      values.put(settings[i], settings[i + 1]);
    }
    return guard(
        ServerConfig.of(values), (millis, action) -> tasks.add(new Task(now + millis, action)));
  }

  private GuardedAccess guard(ServerConfig config, Later later) {
    return new GuardedAccess(
        names,
        config.rates(),
        config.logins(),
        () -> now,
        later,
        (who, why) -> told.add(who + ": " + why));
  }

  private void pass(long millis) {
    now += millis;
    List<Task> due = tasks.stream().filter(task -> task.dueAt <= now).toList();
    tasks.removeAll(due);
    due.forEach(task -> task.action.run());
  }

  private @Nullable ReasonCode login(
      GuardedAccess guard, @Nullable String user, @Nullable String password, String from) {
    Heard heard = connect(guard, "", user, password, from);
    if (heard.reason == null) {
      pass(1_000);
    }
    return heard.reason;
  }

  private @Nullable ReasonCode connected(
      GuardedAccess guard, String clientId, String user, String password) {
    Heard heard = connect(guard, clientId, user, password, HERE);
    if (heard.reason == null) {
      pass(1_000);
    }
    return heard.reason;
  }

  private Heard connect(
      GuardedAccess guard,
      String clientId,
      @Nullable String user,
      @Nullable String password,
      String from) {
    Heard heard = new Heard();
    guard.authenticate(
        clientId, packet(MQTT_5, clientId, user, password), new Origin(from, "tcp"), heard);
    return heard;
  }

  private static Connect packet(
      ProtocolVersion version, String clientId, @Nullable String user, @Nullable String password) {
    byte[] secret = password == null ? null : password.getBytes(UTF_8);
    return new Connect(version, true, 0, Properties.NONE, clientId, null, user, secret);
  }
}
