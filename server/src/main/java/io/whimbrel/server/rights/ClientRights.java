package io.whimbrel.server.rights;

import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.Rights;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one client may do by the rules that are in force; the broker's own topics are written by
 * nobody. Owned by the shard of its client.
 */
public final class ClientRights implements Rights {
  private final Subject subject;
  private final Supplier<@Nullable RuleSet> inForce;
  private final Denials denials;
  private @Nullable RuleSet known;
  private @Nullable ClientRules own;

  /**
   * @param inForce the rules of now, null where everybody may do everything
   */
  public ClientRights(Subject subject, Supplier<@Nullable RuleSet> inForce, Denials denials) {
    this.subject = subject;
    this.inForce = inForce;
    this.denials = denials;
  }

  @Override
  public ReasonCode mayPublish(TopicName topic, Qos qos, boolean retain) {
    if (topic.isSys()) {
      return ReasonCode.NOT_AUTHORIZED;
    }
    ClientRules rules = own();
    if (rules == null) {
      return ReasonCode.SUCCESS;
    }
    Decision decision = rules.publish(topic.utf8(), qos, retain);
    if (decision.granted()) {
      return ReasonCode.SUCCESS;
    }
    denials.publish(subject, topic.utf8(), decision);
    return ReasonCode.NOT_AUTHORIZED;
  }

  @Override
  public ReasonCode maySubscribe(TopicFilter filter, Qos qos) {
    ClientRules rules = own();
    if (rules == null) {
      return ReasonCode.granted(qos);
    }
    byte[] inner = filter.inner(); // whatever share it is for
    Decision decision = rules.subscribe(AclFilter.levels(inner), filter.isShared(), qos);
    if (decision.granted()) {
      return ReasonCode.granted(
          qos.number() <= decision.qosMax().number() ? qos : decision.qosMax());
    }
    denials.subscribe(subject, inner, decision);
    return ReasonCode.NOT_AUTHORIZED;
  }

  @Override
  public boolean mayReceive(TopicName topic) {
    ClientRules rules = own();
    return rules == null || rules.receives(topic.utf8());
  }

  private @Nullable ClientRules own() {
    RuleSet now = inForce.get();
    if (now == null && subject.grants().isPresent()) {
      now = RuleSet.NONE;
    }
    if (now != known) {
      known = now;
      own = now == null ? null : now.of(subject);
    }
    return own;
  }
}
