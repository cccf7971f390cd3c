package io.whimbrel.codec;

import static io.whimbrel.codec.PropertyId.AUTHENTICATION_DATA;
import static io.whimbrel.codec.PropertyId.AUTHENTICATION_METHOD;
import static io.whimbrel.codec.PropertyId.CONTENT_TYPE;
import static io.whimbrel.codec.PropertyId.CORRELATION_DATA;
import static io.whimbrel.codec.PropertyId.MESSAGE_EXPIRY_INTERVAL;
import static io.whimbrel.codec.PropertyId.RECEIVE_MAXIMUM;
import static io.whimbrel.codec.PropertyId.SUBSCRIPTION_IDENTIFIER;
import static io.whimbrel.codec.PropertyId.TOPIC_ALIAS;
import static io.whimbrel.codec.PropertyId.USER_PROPERTY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The properties of a packet as a value. */
final class PropertiesTest {
  private static final Properties SOME =
      Properties.builder()
          .user("k", "1")
          .set(MESSAGE_EXPIRY_INTERVAL, 0xFFFF_FFFFL)
          .set(CONTENT_TYPE, "日本")
          .subscriptionIdentifier(300)
          .user("k", "2")
          .set(CORRELATION_DATA, new byte[] {1, 2})
          .subscriptionIdentifier(7)
          .build();

  @Test
  void givesBackWhatWasSet() {
    assertThat(SOME.number(MESSAGE_EXPIRY_INTERVAL, -1)).isEqualTo(0xFFFF_FFFFL);
    assertThat(SOME.number(SUBSCRIPTION_IDENTIFIER, -1)).isEqualTo(300);
    assertThat(SOME.number(TOPIC_ALIAS, -1)).isEqualTo(-1);
    assertThat(SOME.text(CONTENT_TYPE)).isEqualTo("日本");
    assertThat(SOME.binary(CORRELATION_DATA)).containsExactly(1, 2);
    assertThat(SOME.subscriptionIdentifiers()).containsExactly(300, 7);
    assertThat(SOME.has(USER_PROPERTY)).isTrue();
  }

  // [MQTT-3.3.2-18] [MQTT-3.1.3-10]
  @Test
  void userPropertiesKeepTheirOrderAndTheirRepetitions() {
    assertThat(SOME.userProperties())
        .containsExactly(new UserProperty("k", "1"), new UserProperty("k", "2"));
  }

  @Test
  void someCanBeLeftOut() {
    Properties left = SOME.without(SUBSCRIPTION_IDENTIFIER, TOPIC_ALIAS, CORRELATION_DATA);

    assertThat(left.present())
        .containsExactly(USER_PROPERTY, MESSAGE_EXPIRY_INTERVAL, CONTENT_TYPE);
    assertThat(left.encodedLength()).isEqualTo(SOME.encodedLength() - 3 - 5 - 2);
    assertThat(left.without(TOPIC_ALIAS)).isSameAs(left);
    assertThat(left.without(USER_PROPERTY, MESSAGE_EXPIRY_INTERVAL, CONTENT_TYPE))
        .isSameAs(Properties.NONE);
  }

  @Test
  void theOrderOfDifferentPropertiesHasNoMeaning() {
    Properties one = Properties.builder().set(TOPIC_ALIAS, 1).set(CONTENT_TYPE, "x").build();
    Properties other = Properties.builder().set(CONTENT_TYPE, "x").set(TOPIC_ALIAS, 1).build();

    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
  }

  @Test
  void theOrderOfUserPropertiesHasOne() {
    Properties one = Properties.builder().user("a", "").user("b", "").build();
    Properties other = Properties.builder().user("b", "").user("a", "").build();

    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void settingAgainReplaces() {
    Properties properties =
        Properties.builder().set(TOPIC_ALIAS, 1).user("a", "b").set(TOPIC_ALIAS, 2).build();

    assertThat(properties)
        .isEqualTo(Properties.builder().user("a", "b").set(TOPIC_ALIAS, 2).build());
  }

  @Test
  void secretsAreNotShown() {
    Properties properties =
        Properties.builder()
            .set(AUTHENTICATION_METHOD, "SCRAM")
            .set(AUTHENTICATION_DATA, "secret".getBytes(StandardCharsets.UTF_8))
            .build();

    assertThat(properties)
        .hasToString("{AUTHENTICATION_METHOD=SCRAM, AUTHENTICATION_DATA=6 bytes}");
  }

  @Test
  void whatTheWireCannotCarryIsNotBuilt() {
    Properties.Builder builder = Properties.builder();

    assertThatIllegalArgumentException().isThrownBy(() -> builder.set(RECEIVE_MAXIMUM, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.set(RECEIVE_MAXIMUM, "1"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.set(TOPIC_ALIAS, 65_536));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.set(CONTENT_TYPE, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.set(CONTENT_TYPE, "\0"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.user("\uD800", ""));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.subscriptionIdentifier(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.set(CORRELATION_DATA, new byte[65_536]));
    assertThat(builder.build()).isSameAs(Properties.NONE);
  }

  // [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-20]
  @Test
  void whatIsTheMessagesOwnTravelsOn() {
    byte[] forwarded = PublishEncoder.forwarded(SOME);
    Properties own =
        Properties.builder()
            .user("k", "1")
            .set(CONTENT_TYPE, "日本")
            .user("k", "2")
            .set(CORRELATION_DATA, new byte[] {1, 2})
            .build();

    assertThat(forwarded).isEqualTo(own.wire());
    assertThat(PublishEncoder.forwarded(Properties.NONE)).isEmpty();
  }
}
