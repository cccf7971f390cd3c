package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lets everybody in and do everything, except to write the broker's own topics; or nobody, where
 * the configuration asks for credentials and there is nothing to check them against.
 */
public final class AnonymousAccess implements Access {
  private static final byte[] SYS = "$SYS/".getBytes(StandardCharsets.US_ASCII);

  private final boolean allowed;

  /**
   * @param allowed whether clients may come without credentials
   */
  public AnonymousAccess(boolean allowed) {
    this.allowed = allowed;
  }

  @Override
  public void authenticate(Connect connect, Origin origin, Answer answer) {
    if (connect.properties().has(PropertyId.AUTHENTICATION_METHOD)) { // [MQTT-4.12.0-1]
      answer.refuse(ReasonCode.BAD_AUTHENTICATION_METHOD);
    } else if (allowed) {
      String user = connect.userName();
      answer.accept(user == null ? "" : user, null);
    } else {
      answer.refuse(ReasonCode.NOT_AUTHORIZED);
    }
  }

  @Override
  public void continueAuthentication(
      Connect connect,
      Origin origin,
      byte @Nullable [] data,
      @Nullable Object state,
      Answer answer) {
    answer.refuse(ReasonCode.BAD_AUTHENTICATION_METHOD);
  }

  @Override
  public ReasonCode mayPublish(Identity who, TopicName topic, Qos qos, boolean retain) {
    return isSys(topic.utf8()) ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS;
  }

  private static boolean isSys(byte[] topic) {
    if (topic.length < SYS.length) {
      return false;
    }
    for (int i = 0; i < SYS.length; i++) {
      if (topic[i] != SYS[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public ReasonCode maySubscribe(Identity who, TopicFilter filter, Qos qos) {
    return ReasonCode.SUCCESS;
  }
}
