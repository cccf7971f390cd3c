package io.whimbrel.server.rights;

import io.whimbrel.codec.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules that are about one client. A refusal beats every grant; what no rule grants is refused.
 * Immutable; nothing is allocated where a topic is judged.
 */
final class ClientRules {
  private static final Applied[] NONE = {};

  private final Applied[] readDenials;
  private final Applied[] readGrants;
  private final Applied[] writeDenials;
  private final Applied[] writeGrants;

  ClientRules(List<Applied> rules) {
    List<Applied> reading = rules.stream().filter(Applied::isOfReading).toList();
    List<Applied> writing = rules.stream().filter(Applied::isOfWriting).toList();
    readDenials = some(reading, true);
    readGrants = some(reading, false);
    writeDenials = some(writing, true);
    writeGrants = some(writing, false);
  }

  private static Applied[] some(List<Applied> rules, boolean denials) {
    return rules.stream().filter(rule -> rule.denies() == denials).toList().toArray(NONE);
  }

  /** Whether a message may be published. */
  Decision publish(byte[] topic, Qos qos, boolean retain) {
    Decision best = Decision.UNSAID;
    for (Applied rule : writeDenials) {
      if (rule.filter().matches(topic)) {
        return rule.decision();
      }
    }
    for (Applied rule : writeGrants) {
      if (rule.filter().matches(topic)) {
        if (rule.allows(qos, retain)) {
          return rule.decision();
        }
        best = rule.tooMuch();
      }
    }
    return best;
  }

  /** Whether a message may be received. */
  boolean receives(byte[] topic) {
    for (Applied rule : readDenials) {
      if (rule.filter().matches(topic)) {
        return false;
      }
    }
    for (Applied rule : readGrants) {
      if (rule.filter().matches(topic)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a filter may be subscribed to: a grant covers all of it, and no refusal does. A refusal
   * inside of it withholds messages; of a Shared Subscription it refuses all, since what one member
   * may not have would be lost for the others.
   *
   * @param levels of the filter without its share
   */
  Decision subscribe(List<String> levels, boolean shared, Qos qos) {
    for (Applied rule : readDenials) {
      if (rule.filter().covers(levels) || (shared && rule.filter().meets(levels))) {
        return rule.decision();
      }
    }
    Decision best = Decision.UNSAID;
    for (Applied rule : readGrants) {
      boolean more = !best.granted() || rule.decision().qosMax().number() > best.qosMax().number();
      boolean enough = best.granted() && best.qosMax().number() >= qos.number();
      if (more && !enough && rule.filter().covers(levels)) {
        best = rule.decision();
      }
    }
    return best;
  }

  /** The refusals inside of a filter, by which messages of it are withheld. */
  List<String> withholding(List<String> levels) {
    List<String> cited = new ArrayList<>(0);
    for (Applied rule : readDenials) {
      if (rule.filter().meets(levels)) {
        cited.add(rule.decision().reason());
      }
    }
    return cited;
  }

  /** The first grant to read that covers only a part of a filter, for people who wonder. */
  Optional<String> partOf(List<String> levels) {
    for (Applied rule : readGrants) {
      if (rule.filter().meets(levels)) {
        return Optional.of(rule.decision().reason());
      }
    }
    return Optional.empty();
  }
}
