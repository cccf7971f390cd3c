package io.whimbrel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.ProtocolVersion;
import org.junit.jupiter.api.Test;

/** What a client may be told of its session where a CONNECT of it comes late. */
final class PresenceTest {
  private static final long FOR_EVER = 0xFFFF_FFFFL;

  private final World world = new World(1, Swarm.draw(1), new History(null));
  private final SimBroker broker = new SimBroker(world, new Watch(world), new SimDisk(world));
  private final Loop loop = new Loop(world, 0, 3, Dice.of(1, "loop"));
  private final Presence presence = new Presence(world, broker, "c0");
  private final Life life = new Life("c0", 1);
  private int lastLink;

  PresenceTest() {
    loop.die(); // no broker listens: what happens is said by the test
  }

  @Test
  void aSessionThatEndedIsDoubtedWhereALateConnectMayHaveBegunAnother() {
    asks();
    Link heard = asks();
    answered(heard);
    goodbye(heard, 0);
    asks();

    assertThat(presence.isAmbiguous()).isTrue();
  }

  @Test
  void aSessionThatEndedIsDoubtedAlsoAfterALaterConnectWasAnswered() {
    asks();
    answered(asks());
    Link heard = asks();
    answered(heard);
    goodbye(heard, 0);
    asks();

    assertThat(presence.isAmbiguous()).isTrue();
  }

  @Test
  void aSessionThatNeverEndsIsNotDoubted() {
    asks();
    Link heard = asks();
    answered(heard);
    ends(heard);
    asks();

    assertThat(presence.isAmbiguous()).isFalse();
  }

  @Test
  void anAttemptThatWasOverBeforeTheLastConnectionEndedBeganNoSession() {
    ends(asks(1));
    Link heard = asks(1);
    later(10);
    answered(heard);
    later(10);
    ends(heard);
    later(10_000);

    assertThatThrownBy(() -> told(true)).isInstanceOf(LawBrokenException.class);
  }

  @Test
  void aLateConnectMayHaveBegunTheSessionThatIsPresent() {
    asks(1);
    Link heard = asks(1);
    answered(heard);
    ends(heard);
    later(10_000);

    assertThatCode(() -> told(true)).doesNotThrowAnyException();
  }

  @Test
  void aLateConnectIsNoExcuseForASessionThatIsLost() {
    asks();
    Link heard = asks();
    answered(heard);
    ends(heard);

    assertThatThrownBy(() -> told(false)).isInstanceOf(LawBrokenException.class);
  }

  // ---------------------------------------------------------------- what happens

  private Link asks() {
    return asks(FOR_EVER);
  }

  private Link asks(long expirySeconds) {
    Link link = new Link(world, ++lastLink, "c0", loop, connection(), Dice.of(lastLink, "network"));
    presence.asks(link, false, expirySeconds);
    return link;
  }

  private ClientConnection connection() {
    Profile profile =
        new Profile("c0", ProtocolVersion.MQTT_5, 0, FOR_EVER, 9, 0, 0, 0, 0, 0, false, 0);
    return new ClientConnection(world, profile, new Auditor(world, broker, new RetainedLaw(world)));
  }

  private void answered(Link link) {
    link.acceptedAt = world.now();
    presence.established();
  }

  private void goodbye(Link link, long expirySeconds) {
    presence.changes(life, expirySeconds);
    ends(link);
  }

  private void ends(Link link) {
    link.endedAt = world.now();
  }

  private void later(long millis) {
    world.clock.step(world.now() + millis);
  }

  /** The answer to one more CONNECT. */
  private void told(boolean present) {
    asks();
    presence.check(connection(), present);
    world.check();
  }
}
