package io.whimbrel.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.Message;
import io.whimbrel.client.MqttClient;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Brokers that fields of a test class are given. */
final class BrokerTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final List<Path> ENDED = new ArrayList<>();
  private static String first = "";

  @Broker private static EmbeddedBroker shared;

  @Broker({"limits.receive-maximum=10", " limits.topic-alias-maximum-in = 3 "})
  private EmbeddedBroker own;

  @BeforeAll
  static void theSharedBrokerIsThereBeforeAllTests() {
    first = shared.uri();
  }

  @BeforeEach
  void eachTestHasABrokerOfItsOwn() {
    assertThat(ENDED).doesNotContain(own.directory()).noneMatch(Files::exists);
  }

  @AfterEach
  void note() {
    ENDED.add(own.directory());
  }

  @RepeatedTest(2)
  void theSharedBrokerStaysAndForgetsWhatItHeardBeforeTheTest() {
    assertThat(shared.uri()).isEqualTo(first);
    assertThat(shared.messages()).isEmpty();

    publish(shared.uri(), "t");

    shared.expect("t").within(SOON);
  }

  @RepeatedTest(2)
  void theSharedBrokerIsStartedWhereATestHasStoppedIt() {
    publish(shared.uri(), "t");

    shared.stop();
  }

  @RepeatedTest(2)
  void theSharedBrokerFailsNoMoreThanItsTestSays() {
    publish(shared.network().uri(), "t");

    shared.network().refuse();
    shared.fillDisk();
  }

  @Test
  void theSettingsAreThoseOfTheField() {
    try (MqttClient client = MqttClient.to(own.uri()).build()) {
      var announced = client.blocking().connect().announced();

      assertThat(announced.receiveMaximum()).isEqualTo(10);
      assertThat(announced.topicAliasMaximum()).isEqualTo(3);
    }
  }

  @Nested
  class Inside {
    @Broker private EmbeddedBroker inner;

    @Test
    void aNestedTestHasTheBrokersAroundItToo() {
      assertThat(List.of(shared.uri(), own.uri(), inner.uri())).doesNotHaveDuplicates();
      publish(shared.uri(), "t");
      publish(own.uri(), "t");
      publish(inner.uri(), "t");
    }
  }

  /** Fields that cannot be given a broker. */
  private static final class Wrong {
    @Broker private final EmbeddedBroker isFinal = null;
    @Broker private String isOfAnotherType;

    @Broker("limits.receive-maximum")
    private EmbeddedBroker hasNoValue;
  }

  @ParameterizedTest
  @ValueSource(strings = {"isFinal", "isOfAnotherType", "hasNoValue"})
  void aFieldThatCannotBeGivenABrokerIsNamed(String name) throws Exception {
    Field field = Wrong.class.getDeclaredField(name);

    assertThatThrownBy(() -> BrokerExtension.settings(field))
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageStartingWith("@Broker Wrong." + name + " ");
  }

  private static void publish(String uri, String topic) {
    try (MqttClient client = MqttClient.to(uri).build()) {
      client.blocking().connect();
      assertThat(client.blocking().publish(Message.of(topic, "")).isRefused()).isFalse();
    }
  }
}
