package io.whimbrel.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.client.internal.VirtualSnGateway.Became;
import io.whimbrel.codec.TopicName;
import io.whimbrel.codec.sn.SnMessage;
import io.whimbrel.codec.sn.SnReturnCode;
import io.whimbrel.codec.sn.SnTopic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a gateway says, and whenever: what was wished for is answered, and once. */
final class SnStormTest {
  private static final int STEPS = 20_000;
  private static final int[] TOPICS = {0, 1, 2, 5, 0xFFFE, 0xFFFF};

  /** What is waited for at most: three lanes with three and one each, wishes, and those beside. */
  private static final int OPEN_MAX = 3 + 1 + 3 + 1 + 16 + 1 + 16 + 1;

  private final List<Became> asked = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everythingIsAnsweredOnce(long seed) {
    Random random = new Random(seed);
    long done = 0;
    VirtualSnGateway gateway = new VirtualSnGateway();
    for (int i = 0; i < STEPS; i++) {
      step(gateway, random);
      done += asked.stream().filter(each -> each.toString().startsWith("done")).count();
      asked.removeIf(Became::isAnswered);
      gateway.forget();
      assertThat(asked).as("what waits at step " + i).hasSizeLessThanOrEqualTo(OPEN_MAX);
    }
    assertThat(done).as("what came about").isGreaterThan(500);
    gateway.session.close(gateway.now());
    assertThat(asked).allMatch(Became::isAnswered);
    assertThat(gateway.session.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aGatewayThatOnlyIsSilentEndsEverything() {
    VirtualSnGateway gateway = new VirtualSnGateway();
    gateway.connected();
    asked.add(gateway.publish(1, "a/b", "x"));
    asked.add(gateway.publish(0, "a/b", "x"));
    asked.add(gateway.subscribe(1, "a/b"));
    asked.add(gateway.changeWill(null));
    asked.add(gateway.sleep(1));
    asked.add(gateway.wake());
    asked.add(gateway.connect());
    gateway.pass(1_000_000);
    assertThat(asked).allMatch(Became::isAnswered);
    assertThat(gateway.session.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  // ---------------------------------------------------------------- what happens

  private void step(VirtualSnGateway gateway, Random random) {
    switch (random.nextInt(10)) {
      case 0 -> wish(gateway, random);
      case 1, 2 -> want(gateway, random);
      case 3 -> gateway.pass(random.nextInt(20_000));
      case 4 -> {
        gateway.handles = random.nextBoolean();
        if (!gateway.unhandled.isEmpty()) {
          gateway.handled(random.nextBoolean());
        }
      }
      default -> gateway.says(message(gateway, random));
    }
  }

  private void wish(VirtualSnGateway gateway, Random random) {
    asked.add(
        switch (random.nextInt(5)) {
          case 0 -> gateway.sleep(1 + random.nextInt(100));
          case 1 -> gateway.wake();
          case 2 -> gateway.disconnect();
          default -> gateway.connect();
        });
  }

  private void want(VirtualSnGateway gateway, Random random) {
    asked.add(
        switch (random.nextInt(6)) {
          case 0 -> gateway.subscribe(random.nextInt(3), "f/" + random.nextInt(3));
          case 1 -> gateway.unsubscribe("f/#");
          case 2 -> gateway.changeWill(new SnWill(TopicName.of("w"), new byte[1], 0, false));
          case 3 -> gateway.publish(random.nextInt(4) - 1, 1 + random.nextInt(9), "x");
          default -> gateway.publish(random.nextInt(4) - 1, "t/" + random.nextInt(9), "x");
        });
  }

  /** A message of a gateway, with ids that often fit. */
  private static SnMessage message(VirtualSnGateway gateway, Random random) {
    boolean fits = random.nextInt(4) > 0;
    int id = fits ? gateway.lastId : random.nextInt(20);
    int subscribeId = fits ? gateway.lastSubscribeId : random.nextInt(20);
    int topic = TOPICS[random.nextInt(TOPICS.length)];
    SnReturnCode code = SnReturnCode.values()[random.nextInt(8) % 4];
    SnReturnCode mostly = random.nextInt(3) > 0 ? SnReturnCode.ACCEPTED : code;
    byte[] name = ("n/" + random.nextInt(9)).getBytes(StandardCharsets.US_ASCII);
    return switch (random.nextInt(20)) {
      case 0, 1 -> new SnMessage.Connack(mostly);
      case 2 -> new SnMessage.WillTopicReq();
      case 3 -> new SnMessage.WillMsgReq();
      case 4 -> new SnMessage.Register(topic, id, name);
      case 5, 6 -> new SnMessage.Regack(topic, id, mostly);
      case 7 -> publish(random, id, topic);
      case 8, 9 -> new SnMessage.Puback(topic, id, mostly);
      case 10 -> new SnMessage.Pubrec(id);
      case 11 -> new SnMessage.Pubrel(id);
      case 12 -> new SnMessage.Pubcomp(id);
      case 13, 14 -> new SnMessage.Suback(random.nextInt(3), topic, subscribeId, mostly);
      case 15 -> new SnMessage.Unsuback(subscribeId);
      case 16 -> random.nextInt(4) == 0 ? SnMessage.Disconnect.PLAIN : new SnMessage.Pingresp();
      case 17 -> new SnMessage.Pingreq(new byte[0]);
      case 18 -> new SnMessage.WillTopicResp(mostly);
      default -> new SnMessage.WillMsgResp(mostly);
    };
  }

  private static SnMessage publish(Random random, int id, int topic) {
    SnTopic.Kind kind = SnTopic.Kind.values()[random.nextInt(3)];
    int qos = random.nextInt(4) - 1;
    return new SnMessage.Publish(
        random.nextBoolean(), qos, false, new SnTopic(kind, topic), id, new byte[3]);
  }
}
