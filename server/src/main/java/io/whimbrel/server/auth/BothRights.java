package io.whimbrel.server.auth;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.Rights;
import io.whimbrel.server.rights.PluginDenials;
import io.whimbrel.spi.Permissions;
import java.nio.charset.StandardCharsets;

/**
 * What the rules and an authorizer both grant. What the authorizer throws refuses. Owned by the
 * shard of its client.
 *
 * @param denials told of what the authorizer refuses
 */
record BothRights(Rights rules, Permissions permissions, PluginDenials denials) implements Rights {
  @Override
  public ReasonCode mayPublish(TopicName topic, Qos qos, boolean retain) {
    ReasonCode first = rules.mayPublish(topic, qos, retain);
    if (first.isError()) {
      return first;
    }
    boolean may;
    try {
      may = permissions.mayPublish(topic.toString(), qos.number(), retain);
    } catch (Exception | Error broken) {
      may = false;
    }
    if (!may) {
      denials.publish(topic.utf8());
    }
    return may ? first : ReasonCode.NOT_AUTHORIZED;
  }

  @Override
  public ReasonCode maySubscribe(TopicFilter filter, Qos qos) {
    ReasonCode first = rules.maySubscribe(filter, qos);
    if (first.isError()) {
      return first;
    }
    int granted = -1;
    try {
      String inner = new String(filter.inner(), StandardCharsets.UTF_8);
      granted =
          filter.isShared()
              ? permissions.maySubscribeShared(filter.shareName(), inner, first.code())
              : permissions.maySubscribe(inner, first.code());
    } catch (Exception | Error broken) {
      denials.subscribe(filter.inner());
      return ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR; // nobody has said that it is not allowed
    }
    if (granted < 0) {
      denials.subscribe(filter.inner());
      return ReasonCode.NOT_AUTHORIZED;
    }
    return ReasonCode.granted(Qos.of(Math.min(granted, first.code())));
  }

  @Override
  public boolean mayReceive(TopicName topic) {
    if (!rules.mayReceive(topic)) {
      return false;
    }
    try {
      return permissions.mayReceive(topic.toString());
    } catch (Exception | Error broken) {
      return false;
    }
  }
}
