package io.whimbrel.server.net;

import static io.whimbrel.server.net.Gate.Verdict.BANNED_THERE;
import static io.whimbrel.server.net.Gate.Verdict.TOO_FAST;
import static io.whimbrel.server.net.Gate.Verdict.TOO_MANY_FROM_THERE;
import static io.whimbrel.server.net.Gate.Verdict.WELCOME;
import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.core.port.DurabilityLevel;
import io.whimbrel.server.guard.Intake;
import io.whimbrel.server.guard.Overload;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final Whence ONE = Whence.of(new InetSocketAddress("192.0.2.1", 1));
  private static final Whence OTHER = Whence.of(new InetSocketAddress("192.0.2.2", 1));
  private static final Whence BANNED = Whence.of(new InetSocketAddress("192.0.2.3", 1));

  private final Intake intake =
      new Intake(
          2,
          0,
          new Overload(1_000, delay -> {}, () -> {}),
          from -> from.equals(BANNED.counted()),
          () -> 1_000_000);
  private final Gate gate = new Gate(100, 1, intake);

  @Test
  void whoIsRefusedForItsAddressTakesNothingOfTheRateOfAll() {
    assertThat(gate.enter(ONE)).isEqualTo(WELCOME);
    for (int i = 0; i < 10; i++) {
      assertThat(gate.enter(ONE)).isEqualTo(TOO_MANY_FROM_THERE);
      assertThat(gate.enter(BANNED)).isEqualTo(BANNED_THERE);
    }
    assertThat(gate.enter(OTHER)).isEqualTo(WELCOME);
    assertThat(gate.open()).isEqualTo(2);
  }

  @Test
  void norDoesWhoIsRefusedBehindAProxy() {
    assertThat(arrive(ONE)).isEqualTo(WELCOME);
    for (int i = 0; i < 10; i++) {
      assertThat(arrive(ONE)).isEqualTo(TOO_MANY_FROM_THERE);
      assertThat(arrive(BANNED)).isEqualTo(BANNED_THERE);
    }
    assertThat(arrive(OTHER)).isEqualTo(WELCOME);
    assertThat(gate.open()).isEqualTo(2);
  }

  private Gate.Verdict arrive(Whence client) {
    assertThat(gate.enterFromAnywhere()).isEqualTo(WELCOME);
    Gate.Pass pass = gate.pass("tcp", DurabilityLevel.DISK, OTHER.uncounted(), 0);
    Gate.Verdict verdict = pass.comesFrom(client);
    if (verdict != WELCOME) {
      pass.giveBack();
    }
    return verdict;
  }

  @Test
  void whoIsTooFastIsCountedNowhere() {
    Whence third = Whence.of(new InetSocketAddress("192.0.2.4", 1));
    gate.enter(ONE);
    gate.enter(OTHER);
    assertThat(gate.enter(third)).isEqualTo(TOO_FAST);
    intake.limits(0, 0);

    assertThat(gate.open()).isEqualTo(2);
    assertThat(gate.enter(third)).isEqualTo(WELCOME);
  }

  @Test
  void headerHandshakeAndConnectHaveOneTimeTogether() {
    Gate.Pass pass = gate.pass("tls", DurabilityLevel.DISK, ONE, 1_000);

    assertThat(pass.leftMillis(10_000, 1_000)).isEqualTo(10_000);
    assertThat(pass.leftMillis(10_000, 4_000)).isEqualTo(7_000);
    assertThat(pass.leftMillis(10_000, 60_000)).as("at once").isEqualTo(1);
  }
}
