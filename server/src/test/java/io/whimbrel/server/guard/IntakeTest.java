package io.whimbrel.server.guard;

import static io.whimbrel.server.guard.Intake.Verdict.BANNED_THERE;
import static io.whimbrel.server.guard.Intake.Verdict.OVERLOADED;
import static io.whimbrel.server.guard.Intake.Verdict.TOO_FAST;
import static io.whimbrel.server.guard.Intake.Verdict.TOO_FAST_FROM_THERE;
import static io.whimbrel.server.guard.Intake.Verdict.WELCOME;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class IntakeTest {
  private final Overload overload = new Overload(1_000, delay -> {}, () -> {});
  private InetAddress banned = InetAddress.getLoopbackAddress();
  private long now = 1_000_000;

  @Test
  void anAddressHasItsShareOfASecond() throws Exception {
    Intake intake = new Intake(0, 2, overload, from -> from.equals(banned), () -> now);

    assertThat(from(intake, "192.0.2.1")).isEqualTo(WELCOME);
    assertThat(from(intake, "192.0.2.1")).isEqualTo(WELCOME);
    assertThat(from(intake, "192.0.2.1")).isEqualTo(TOO_FAST_FROM_THERE);
    assertThat(from(intake, "192.0.2.2")).isEqualTo(WELCOME);
    now += 500;
    assertThat(from(intake, "192.0.2.1")).isEqualTo(WELCOME);
    assertThat(from(intake, "192.0.2.1")).isEqualTo(TOO_FAST_FROM_THERE);
  }

  @Test
  void aNetworkOfIpv6IsOneAddress() throws Exception {
    Intake intake = new Intake(0, 1, overload, from -> from.equals(banned), () -> now);

    assertThat(from(intake, "2001:db8::1")).isEqualTo(WELCOME);
    assertThat(from(intake, "2001:db8::2")).isEqualTo(TOO_FAST_FROM_THERE);
    assertThat(from(intake, "2001:db8:0:1::2")).isEqualTo(WELCOME);
  }

  @Test
  void whoIsRefusedForItsAddressTakesNothingFromOthers() throws Exception {
    Intake intake = new Intake(2, 1, overload, from -> from.equals(banned), () -> now);

    assertThat(from(intake, "192.0.2.1")).isEqualTo(WELCOME);
    for (int i = 0; i < 10; i++) {
      assertThat(from(intake, "192.0.2.1")).isEqualTo(TOO_FAST_FROM_THERE);
    }
    assertThat(from(intake, "192.0.2.2")).isEqualTo(WELCOME);
    assertThat(from(intake, "192.0.2.3")).isEqualTo(TOO_FAST);
  }

  @Test
  void anotherRateIsThatOfWhoComesNext() throws Exception {
    Intake intake = new Intake(0, 0, overload, from -> from.equals(banned), () -> now);
    assertThat(from(intake, "192.0.2.1")).isEqualTo(WELCOME);
    intake.limits(2, 1);
    assertThat(from(intake, "192.0.2.1")).isEqualTo(WELCOME);
    assertThat(from(intake, "192.0.2.1")).isEqualTo(TOO_FAST_FROM_THERE);
    intake.limits(3, 1);

    assertThat(from(intake, "192.0.2.1")).as("the same rate").isEqualTo(TOO_FAST_FROM_THERE);
    intake.limits(0, 0);
    assertThat(from(intake, "192.0.2.1")).isEqualTo(WELCOME);
  }

  @Test
  void aBannedAddressTakesNothingFromOthers() throws Exception {
    Intake intake = new Intake(1, 0, overload, from -> from.equals(banned), () -> now);
    banned = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 10; i++) {
      assertThat(from(intake, "192.0.2.1")).isEqualTo(BANNED_THERE);
    }

    assertThat(from(intake, "192.0.2.2")).isEqualTo(WELCOME);
  }

  @Test
  void nobodyComesInWhileThereIsTooMuchToDo() throws Exception {
    Intake intake = new Intake(0, 0, overload, from -> from.equals(banned), () -> now);
    Overload.Watch loop = overload.watch();

    loop.onBeat(2_000);
    assertThat(from(intake, "192.0.2.1")).isEqualTo(WELCOME);
    loop.onBeat(2_000);
    assertThat(from(intake, "192.0.2.1")).isEqualTo(OVERLOADED);
    for (int i = 0; i < 10; i++) {
      loop.onBeat(0);
    }
    assertThat(from(intake, "192.0.2.1")).isEqualTo(WELCOME);
  }

  private static Intake.Verdict from(Intake intake, String host) throws UnknownHostException {
    return intake.onConnection(InetAddress.getByName(host));
  }
}
