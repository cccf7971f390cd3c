package io.whimbrel.sim;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.Rights;

/** The rights of a client that may do everything. */
final class Everything implements Rights {
  @Override
  public ReasonCode mayPublish(TopicName topic, Qos qos, boolean retain) {
    return ReasonCode.SUCCESS;
  }

  @Override
  public ReasonCode maySubscribe(TopicFilter filter, Qos qos) {
    return ReasonCode.granted(qos);
  }

  @Override
  public boolean mayReceive(TopicName topic) {
    return true;
  }
}
